import Datasets
import Tensors
import Testing

struct NormalizationTests {
    /// Three samples of two channels of 1×2.
    private let dataset = Dataset(
        name: "three", shape: Shape(2, 1, 2), classNames: ["a"], labels: [0, 0, 0],
        samples: .bytes([0, 2, 10, 10, 4, 6, 10, 10, 255, 255, 255, 255]))

    private func load(_ sample: Int, _ normalization: Normalization, training: [Int] = [0, 1]) throws
        -> [Float]
    {
        let normalizer = try Normalizer(normalization, dataset: dataset, trainingIndices: training)
        return SampleSet(dataset, normalizer: normalizer).values(at: sample)
    }

    @Test func noneKeepsBytesAndScaleDividesThem() throws {
        #expect(try load(0, .none) == [0, 2, 10, 10])
        let scaled = try load(2, .scale)
        #expect(scaled.allSatisfy { abs($0 - 1) < 1e-6 })
    }

    @Test func trainingStandardisesEachChannelOnTheTrainingSamplesAlone() throws {
        // Channel 0 of samples 0 and 1: 0, 2, 4, 6 with mean 3 and variance 5. Channel 1 is constant: it is only centred.
        let root5 = Float(5).squareRoot()
        let expected: [Float] = [-3 / root5, -1 / root5, 0, 0]
        for (found, wanted) in zip(try load(0, .training), expected) { #expect(abs(found - wanted) < 1e-6) }
        let outside = try load(2, .training)
        #expect(abs(outside[0] - 252 / root5) < 1e-4)
    }

    @Test func givenFiguresApplyAfterScaling() throws {
        let values = try load(2, .given(mean: [0.5, 0], deviation: [0.25, 2]))
        for (found, wanted) in zip(values, [2, 2, 0.5, 0.5] as [Float]) {
            #expect(abs(found - wanted) < 1e-6)
        }
    }

    @Test func figuresForOtherChannelsAreAnError() {
        #expect(throws: NormalizationError.wrongChannelCount(mean: 3, deviation: 3, channels: 2)) {
            try load(0, .imagenet)
        }
        #expect(throws: NormalizationError.notPositive(deviation: 0)) {
            try load(0, .given(mean: [0, 0], deviation: [1, 0]))
        }
    }

    @Test func momentsOfManyPixelsDoNotOverflow() throws {
        // 600 × 600 pixels of 255: their squares add up to more than 32 bits hold.
        let white = Dataset(
            name: "white", shape: Shape(1, 600, 600), classNames: ["a"], labels: [0, 0],
            samples: .bytes(Array(repeating: 255, count: 360_000) + Array(repeating: 155, count: 360_000)))
        let normalizer = try Normalizer(.training, dataset: white, trainingIndices: [0, 1])
        #expect(abs(normalizer.factors[0] - 1 / 50) < 1e-6)
        #expect(abs(normalizer.offsets[0] + 205 / 50) < 1e-5)
    }

    @Test(arguments: ["none", "scale", "training", "imagenet", "0.1307/0.3081", "1.0,2.0/3.0,4.0"])
    func wordsArePrintedAsTheyAreRead(text: String) {
        #expect(Normalization(text)?.description == text)
    }

    @Test(arguments: ["", "zscore", "1/", "/1", "1,x/2,3", "1/2/3"])
    func otherWordsAreRefused(text: String) {
        #expect(Normalization(text) == nil)
    }

    @Test func floatsAreTakenAsTheyAre() throws {
        let signal = Dataset(
            name: "signal", shape: Shape(1, 1, 3), classNames: ["a"], labels: [0],
            samples: .floats([-1, 0, 3]))
        let normalizer = try Normalizer(.scale, dataset: signal, trainingIndices: [0])
        #expect(SampleSet(signal, normalizer: normalizer).values(at: 0) == [-1, 0, 3])
    }
}

extension SampleSet {
    /// The normalised values of a sample, for comparing.
    func values(at position: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: shape.count) { buffer, count in
            load(position, into: buffer)
            count = shape.count
        }
    }

    func values(at position: Int, random: RandomSource) -> [Float] {
        [Float](unsafeUninitializedCapacity: shape.count) { buffer, count in
            load(position, into: buffer, random: random)
            count = shape.count
        }
    }
}
