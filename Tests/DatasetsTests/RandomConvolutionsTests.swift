import Datasets
import Foundation
import Tensors
import Testing

struct RandomConvolutionsTests {
    private func features(
        _ kernel: RandomKernel, of signal: [Float], channels: Int = 1
    ) -> RandomKernel.Features {
        var outputs = [Float](repeating: 9, count: signal.count / channels)
        return outputs.withUnsafeMutableBufferPointer { outputs in
            signal.withUnsafeBufferPointer {
                kernel.features(of: $0, points: signal.count / channels, outputs: outputs)
            }
        }
    }

    /// `x(t) − 2·x(t + 2) + x(t + 4)`, by hand.
    @Test func outputsAreCountedAndTheLargestIsKept() {
        let signal: [Float] = [3, 1, 4, 1, 5, 9]
        let kernel = { (isPadded: Bool, bias: Float) in
            RandomKernel(length: 3, dilation: 2, isPadded: isPadded, bias: bias, weights: [1, -2, 1])
        }
        // 3 − 8 + 5 and 1 − 2 + 9.
        #expect(features(kernel(false, 0.5), of: signal) == .init(shareAboveZero: 1, largest: 8.5))
        #expect(features(kernel(false, -1), of: signal) == .init(shareAboveZero: 0.5, largest: 7))
        // An output at 0 is not above it.
        #expect(features(kernel(false, 0), of: signal) == .init(shareAboveZero: 0.5, largest: 8))
        // With two zeros at each end: −2, −1, 0, 8, −6, −17.
        #expect(features(kernel(true, -1), of: signal) == .init(shareAboveZero: 1.0 / 6, largest: 7))
        #expect(features(kernel(true, 1.5), of: signal) == .init(shareAboveZero: 0.5, largest: 9.5))
    }

    @Test func channelsAddUp() {
        let kernel = RandomKernel(
            length: 2, dilation: 1, isPadded: false, bias: 0, channels: [0, 2], weights: [1, -1, 2, 0])
        // Channel 0 gives −1, −2, channel 2 twice its value: 10, −12.
        let signal: [Float] = [1, 2, 4, 100, 100, 100, 5, -6, 7]
        #expect(
            features(kernel, of: signal, channels: 3) == .init(shareAboveZero: 0.5, largest: 9))
    }

    /// What numpy's correlate gives for the kernel with zeros between its taps.
    @Test func aLongerKernelGivesWhatNumPyGives() {
        let steps: [Int] = (0..<24).map { ($0 * $0 * 7 + 3 * $0) % 11 }
        let signal: [Float] = steps.map { Float($0) / 4 - 1 }
        let weights: [Float] = [0.5, -1, 0.25, 1.5, -0.75, -1, 0.5]
        let kernel = { RandomKernel(length: 7, dilation: 3, isPadded: $0, bias: 0.125, weights: weights) }
        #expect(features(kernel(false), of: signal) == .init(shareAboveZero: 0.5, largest: 2.8125))
        #expect(features(kernel(true), of: signal) == .init(shareAboveZero: 13.0 / 24, largest: 3.8125))
    }

    @Test(arguments: [2, 5, 24, 300])
    func kernelsAreDrawnAsInThePaper(points: Int) {
        let random = RandomSource(seed: 4)
        let kernels: [RandomKernel] = (0..<400).map { number in
            RandomKernel(for: Shape(1, 1, points), random: random.stream(UInt64(number)))
        }
        #expect(Set(kernels.map(\.length)) == [7, 9, 11])
        #expect(kernels.allSatisfy { abs($0.weights.reduce(0, +)) < 1e-5 })
        #expect(kernels.allSatisfy { (-1..<1).contains($0.bias) })
        // Without padding there is always an output.
        #expect(kernels.allSatisfy { $0.isPadded || ($0.length - 1) * $0.dilation < points })
        let dilations = Set(kernels.map(\.dilation))
        #expect(dilations.min() == 1)
        #expect(kernels.allSatisfy { $0.dilation == 1 || ($0.length - 1) * $0.dilation < points })
        if points == 300 {
            #expect(kernels.count { $0.isPadded } > 120 && kernels.count { !$0.isPadded } > 120)
            // Each doubling is as likely as any other: (300 − 1) / (7 − 1) is nearly 2^5.6.
            #expect((dilations.max() ?? 0) > 30)
            #expect(kernels.count { $0.dilation < 7 } > 150)
        }
    }

    @Test func someChannelsOfManyAreLookedAt() {
        let random = RandomSource(seed: 5)
        let kernels: [RandomKernel] = (0..<200).map { number in
            RandomKernel(for: Shape(6, 1, 40), random: random.stream(UInt64(number)))
        }
        #expect(Set(kernels.flatMap(\.channels)) == Set(0..<6))
        #expect(kernels.allSatisfy { $0.channels == $0.channels.sorted() && !$0.channels.isEmpty })
        #expect(Set(kernels.map(\.channels.count)).count > 3)
    }

    private static func signals(_ count: Int, points: Int) -> Dataset {
        var random = RandomSource(seed: 9)
        return Dataset(
            name: "waves", shape: Shape(1, 1, points), classNames: ["a", "b"],
            labels: (0..<count).map { Int32($0 % 2) },
            samples: .floats((0..<count * points).map { _ in random.normal() }))
    }

    @Test func theHeightOfASignalSaysNothingUnlessItIsWanted() {
        let signal: [Float] = (0..<40).map { Float(sin(Double($0) / 3)) }
        let extractor = { (standardizes: Bool) in
            RandomConvolutionExtractor(
                RandomConvolutions(count: 50, standardizes: standardizes, seed: 1, shape: Shape(1, 1, 40)))
        }
        let near = { (one: [Float], other: [Float]) -> Bool in
            zip(one, other).allSatisfy { (a: Float, b: Float) -> Bool in abs(a - b) < 1e-3 }
        }
        let high: [Float] = signal.map { 5 * $0 + 100 }
        #expect(near(extractor(true).features(of: signal), extractor(true).features(of: high)))
        #expect(!near(extractor(false).features(of: signal), extractor(false).features(of: high)))
        // A flat signal has no shape: what is left is the bias.
        let flat = extractor(true).features(of: [Float](repeating: 3, count: 40))
        let shares = stride(from: 0, to: flat.count, by: 2).map { flat[$0] }
        #expect(Set(shares).isSubset(of: [0, 1]))
    }

    @Test func theSeedDrawsTheKernelsAndThreadsChangeNothing() throws {
        let dataset = Self.signals(7, points: 30)
        let table = { (seed: UInt64, threads: Int) in
            let settled = RandomConvolutions(count: 20).settled(seed: seed, shape: dataset.shape)
            return try RandomConvolutionExtractor(settled).table(
                of: dataset, workers: Workers(threads: threads))
        }
        let first = try table(1, 1)
        #expect(first.shape == Shape(40) && first.labels == dataset.labels)
        #expect(first.miniature(of: 3)?.shape == Shape(1, 1, 30))
        let (isSame, isOther) = (
            try table(1, 3).samples == first.samples, try table(2, 1).samples != first.samples
        )
        #expect(isSame && isOther)
    }

    @Test func aSourceOfSignalsBecomesFeatures() throws {
        let source = DataSource(
            .chromatograms, features: .randomConvolutions(RandomConvolutions(count: 3)),
            normalization: .training)
        let data = try source.load(seed: 6)
        #expect(data.shape == Shape(6) && data.classNames.count == 4 && data.test.count == 1000)
        // What loading settled makes the same numbers of the same signal, whatever else is loaded.
        guard case .randomConvolutions(let settled)? = data.features else {
            return #expect(Bool(false), "no features")
        }
        #expect(settled == RandomConvolutions(count: 3, seed: 6, shape: Shape(1, 1, 100)))
        let raw = try DataSource(.chromatograms).load(seed: 6).test
        guard case .floats(let signals) = raw.dataset.samples,
            case .floats(let rows) = data.test.dataset.samples
        else { return #expect(Bool(false), "signals are numbers") }
        let features = RandomConvolutionExtractor(settled).features(of: Array(signals[500..<600]))
        #expect(features == Array(rows[30..<36]))
    }

    @Test func whatIsNoSuchSignalIsRefused() throws {
        let pictures = DataSource(.shapes, features: .randomConvolutions(RandomConvolutions(count: 2)))
        let noSignals = #expect(throws: RandomConvolutionsError.self) { try pictures.load(seed: 1) }
        #expect(
            noSignals?.description
                == "shapes: samples of 32×32×3 are no signals; random convolutions need rows of numbers")
        let extractor = RandomConvolutionExtractor(
            RandomConvolutions(count: 2, seed: 1, shape: Shape(1, 1, 30)))
        let otherLength = #expect(throws: RandomConvolutionsError.self) {
            try extractor.table(of: Self.signals(2, points: 31), workers: Workers(threads: 1))
        }
        #expect(
            otherLength?.description
                == "waves: signals of 31×1, the convolutions were drawn for 30×1; use signals like those it was "
                + "trained on, or give the data that “length”")
    }
}
