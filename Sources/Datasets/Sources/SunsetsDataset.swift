import Tensors

/// Scenes that the program paints itself: sunsets, and what is easily taken for them.
///
/// 96×64 RGB pictures. A sunset is a sky that runs from dark blue or violet down to yellow, with a sun that may hide,
/// over a dark land or a sea that mirrors it. The others are days, nights and towns, and as hard negatives woods in
/// autumn, deserts and rooms in lamplight: as orange as a sunset, but orange in other places.
public struct SunsetsDataset: Sendable, Equatable {
    public static let classNames = ["other", "sunset"]
    static let width = 96, height = 64
    public static let shape = Shape(3, height, width)

    public let trainingCount: Int
    public let testCount: Int

    public init(trainingCount: Int = 2000, testCount: Int = 500) {
        self.trainingCount = trainingCount
        self.testCount = testCount
    }

    /// The two sets of a seed. A sample depends on the seed, its set and its index alone.
    public func generate(seed: UInt64) -> (training: Dataset, test: Dataset) {
        let random = RandomSource(seed: seed)
        return (
            Self.dataset("sunsets", count: trainingCount, random: random.stream(0)),
            Self.dataset("sunsets (test)", count: testCount, random: random.stream(1))
        )
    }

    private static func dataset(_ name: String, count: Int, random: RandomSource) -> Dataset {
        let labels = (0..<count).map { Int32($0 % 2) }
        let pixels = [UInt8](unsafeUninitializedCapacity: count * shape.count) { buffer, filled in
            for (sample, label) in labels.enumerated() {
                var source = random.stream(UInt64(sample))
                let kind =
                    label == 1 ? SceneKind.sunset : SceneKind.others[sample / 2 % SceneKind.others.count]
                let scene = Scene(kind, random: &source)
                let part = buffer[sample * shape.count..<(sample + 1) * shape.count]
                scene.paint(into: UnsafeMutableBufferPointer(rebasing: part), random: &source)
            }
            filled = count * shape.count
        }
        return Dataset(
            name: name, shape: shape, classNames: classNames, labels: labels, samples: .bytes(pixels))
    }
}

/// What a scene shows.
enum SceneKind: CaseIterable {
    case sunset, day, greyDay, autumnWood, desert, lamplight, town, night

    static let others = allCases.filter { $0 != .sunset }
}
