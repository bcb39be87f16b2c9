import Datasets
import Tensors
import Testing

struct ShapesTests {
    @Test func theSeedDecidesEverySample() {
        let small = ShapesDataset(trainingCount: 20, testCount: 10)
        let first = small.generate(seed: 4)
        let again = small.generate(seed: 4)
        #expect(first.training.samples == again.training.samples)
        #expect(first.test.samples == again.test.samples)
        #expect(small.generate(seed: 5).training.samples != first.training.samples)
        #expect(first.training.labels == (0..<20).map { Int32($0 % 10) })
    }

    @Test func moreSamplesKeepTheFirstOnes() {
        let few = ShapesDataset(trainingCount: 10, testCount: 10).generate(seed: 1)
        let many = ShapesDataset(trainingCount: 30, testCount: 10).generate(seed: 1)
        guard case .bytes(let fewBytes) = few.training.samples,
            case .bytes(let manyBytes) = many.training.samples
        else {
            Issue.record("the samples are no bytes")
            return
        }
        #expect(manyBytes.starts(with: fewBytes))
    }

    @Test func trainingAndTestDiffer() {
        let sets = ShapesDataset(trainingCount: 10, testCount: 10).generate(seed: 1)
        #expect(sets.training.samples != sets.test.samples)
    }

    /// The mean spread of the pixels along the three axes of the opponent colour space: what the classes are about
    /// must be measurable.
    @Test func classesDifferInWhatTheirNamesSay() throws {
        let training = ShapesDataset(trainingCount: 600, testCount: 10).generate(seed: 2).training
        let set = SampleSet(
            training, normalizer: try Normalizer(.scale, dataset: training, trainingIndices: []))
        var contrast = Array(
            repeating: (brightness: Float(0), redGreen: Float(0), blueYellow: Float(0)), count: 10)
        for sample in 0..<set.count {
            let values = set.values(at: sample)
            let label = Int(set.label(at: sample))
            contrast[label].brightness += deviation(values) { ($0 + $1 + $2) / Float(3).squareRoot() }
            contrast[label].redGreen += deviation(values) { red, green, _ in
                (red - green) / Float(2).squareRoot()
            }
            contrast[label].blueYellow += deviation(values) { ($0 + $1 - 2 * $2) / Float(6).squareRoot() }
        }
        for (label, name) in training.classNames.enumerated() {
            let (brightness, redGreen, blueYellow) = contrast[label]
            if name.hasPrefix("red-green") {
                #expect(redGreen > 1.3 * brightness && redGreen > 1.3 * blueYellow, "\(name)")
            } else if name.hasPrefix("blue-yellow") {
                #expect(blueYellow > 1.3 * brightness && blueYellow > 1.3 * redGreen, "\(name)")
            } else {
                #expect(brightness > 1.3 * redGreen && brightness > 1.3 * blueYellow, "\(name)")
            }
        }
    }

    /// Standard deviation over a sample's pixels of a function of its three channels.
    private func deviation(_ values: [Float], _ of: (Float, Float, Float) -> Float) -> Float {
        let pixels = (0..<1024).map { of(values[$0], values[1024 + $0], values[2048 + $0]) }
        let mean = pixels.reduce(0, +) / 1024
        return (pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1024).squareRoot()
    }
}
