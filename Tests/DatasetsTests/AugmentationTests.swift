import Datasets
import Tensors
import Testing

struct AugmentationTests {
    private let random = RandomSource(seed: 11)

    /// One sample of 1×height×width with the values 1, 2, 3, …
    private func sample(height: Int, width: Int, _ augmentation: Augmentation) -> SampleSet {
        let values = (1...height * width).map { UInt8($0) }
        let dataset = Dataset(
            name: "one", shape: Shape(1, height, width), classNames: ["a"], labels: [0],
            samples: .bytes(values))
        return SampleSet(
            dataset, normalizer: Normalizer(factors: [1], offsets: [0]), augmentation: augmentation)
    }

    /// All different results of many draws.
    private func outcomes(_ set: SampleSet) -> Set<[Float]> {
        Set((0..<400).map { set.values(at: 0, random: random.stream(UInt64($0))) })
    }

    @Test func withoutAnyNothingChanges() {
        let set = sample(height: 3, width: 4, .none)
        #expect(set.augmentation == nil)
        #expect(outcomes(set) == [set.values(at: 0)])
    }

    @Test func mirroringGivesTheSampleOrItsMirrorImage() {
        #expect(
            outcomes(sample(height: 2, width: 3, Augmentation(mirrorHorizontally: true)))
                == [[1, 2, 3, 4, 5, 6], [3, 2, 1, 6, 5, 4]])
        #expect(
            outcomes(sample(height: 2, width: 3, Augmentation(mirrorVertically: true)))
                == [[1, 2, 3, 4, 5, 6], [4, 5, 6, 1, 2, 3]])
        #expect(
            outcomes(
                sample(height: 2, width: 2, Augmentation(mirrorHorizontally: true, mirrorVertically: true)))
                == [[1, 2, 3, 4], [2, 1, 4, 3], [3, 4, 1, 2], [4, 3, 2, 1]])
    }

    @Test func shiftingMovesWholePixelsAndFillsWithZero() {
        #expect(
            outcomes(sample(height: 2, width: 2, Augmentation(horizontalShift: 1)))
                == [[1, 2, 3, 4], [0, 1, 0, 3], [2, 0, 4, 0]])
        #expect(
            outcomes(sample(height: 2, width: 1, Augmentation(verticalShift: 1))) == [
                [1, 2], [0, 1], [2, 0],
            ])
    }

    @Test func gainAndNoiseChangeHeightsWithinTheirBounds() {
        let gained = outcomes(sample(height: 1, width: 3, Augmentation(gain: 0.1)))
        #expect(gained.count > 300)
        for values in gained {
            #expect((0.9...1.1).contains(values[0]))
            #expect(abs(values[2] - 3 * values[0]) < 1e-5)
        }
        let noisy = outcomes(sample(height: 1, width: 3, Augmentation(noise: 0.5)))
        let sum = noisy.reduce(0) { $0 + $1[1] - 2 }
        #expect(noisy.count > 300 && abs(sum / Float(noisy.count)) < 0.1)
        #expect(noisy.contains { abs($0[1] - 2) > 0.3 })
    }

    @Test func bendingMovesTimeToAndFro() {
        let found = outcomes(sample(height: 1, width: 100, Augmentation(bend: 0.03)))
        #expect(found.count > 300)
        var largest: Float = 0
        for values in found {
            // A ramp shows by how much time was moved: at most three points, here more, there less.
            let moves = (10..<90).map { values[$0] - Float($0 + 1) }
            #expect(moves.allSatisfy { abs($0) <= 3.001 })
            largest = max(largest, moves.map(abs).max() ?? 0)
            #expect(zip(values[10..<89], values[11..<90]).allSatisfy { $0 < $1 })
        }
        #expect(largest > 2)
    }

    @Test func croppingWithPaddingMovesBothAxes() {
        let found = outcomes(sample(height: 2, width: 2, Augmentation(cropPadding: 1)))
        #expect(found.count == 9)
        #expect(
            found.contains([1, 2, 3, 4]) && found.contains([4, 0, 0, 0]) && found.contains([0, 0, 0, 1]))
    }

    @Test func aSignalIsCroppedAlongItsWidthOnly() {
        #expect(
            outcomes(sample(height: 1, width: 2, Augmentation(cropPadding: 1))) == [
                [1, 2], [1, 1], [2, 2],
            ])
    }

    @Test func aSignalGoesOnAtItsEndsAsItEnded() {
        let set = sample(height: 1, width: 5, Augmentation(smallestScale: 0.5, largestScale: 0.5))
        #expect(set.values(at: 0, random: random) == [1, 1, 3, 5, 5])
        let found = outcomes(sample(height: 1, width: 4, Augmentation(horizontalShift: 2)))
        #expect(found == [[1, 1, 1, 2], [1, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 4], [3, 4, 4, 4]])
    }

    @Test func rotationKeepsTheCentreAndStaysWithinTheValues() {
        let set = sample(height: 5, width: 5, Augmentation(rotation: 180))
        for draw in 0..<50 {
            let values = set.values(at: 0, random: random.stream(UInt64(draw)))
            #expect(abs(values[12] - 13) < 1e-3)
            #expect(values.allSatisfy { $0 >= 0 && $0 <= 25 })
        }
    }

    @Test func scalingByTwoShowsTheMiddle() {
        let set = sample(height: 1, width: 5, Augmentation(smallestScale: 2, largestScale: 2))
        let values = set.values(at: 0, random: random)
        for (found, wanted) in zip(values, [2, 2.5, 3, 3.5, 4] as [Float]) {
            #expect(abs(found - wanted) < 1e-5)
        }
    }

    @Test func interpolationAtScaleOneIsTheIdentity() {
        // Scales so near to 1 that only the interpolating path, not the result, is another.
        let exact = sample(height: 4, width: 4, .none).values(at: 0)
        let set = sample(height: 4, width: 4, Augmentation(smallestScale: 1 - 1e-6, largestScale: 1 - 1e-6))
        for (found, wanted) in zip(set.values(at: 0, random: random), exact) {
            #expect(abs(found - wanted) < 1e-3)
        }
    }

    @Test func whatHappensDependsOnTheStreamAlone() {
        let set = sample(
            height: 6, width: 6,
            Augmentation(
                mirrorHorizontally: true, rotation: 20, smallestScale: 0.8, largestScale: 1.2, cropPadding: 2)
        )
        let first = (0..<20).map { set.values(at: 0, random: random.stream($0)) }
        let backwards = (0..<20).reversed().map { set.values(at: 0, random: random.stream($0)) }
        #expect(first == backwards.reversed())
        #expect(Set(first).count == 20)
    }

    @Test func paddingIsBlackUnderEveryNormalisation() {
        let dataset = Dataset(
            name: "one", shape: Shape(1, 2, 1), classNames: ["a"], labels: [0], samples: .bytes([100, 100]))
        let set = SampleSet(
            dataset, normalizer: Normalizer(factors: [0.1], offsets: [-3]),
            augmentation: Augmentation(verticalShift: 1))
        #expect(outcomes(set) == [[7, 7], [-3, 7], [7, -3]])
    }
}
