import Glibc
import Tensors

/// A colour set that the program makes itself, for machines without any data.
///
/// Ten classes of 32×32 RGB pictures: edges in four orientations, edges and blobs along the two opponent-colour axes
/// (red–green, blue–yellow), grey blobs and corners. Polarity, contrast, place and background vary and noise lies over
/// all, so a net must find orientation and colour opponency by itself, and its first filters show that it did.
public struct ShapesDataset: Sendable, Equatable {
    public static let classNames = ShapeKind.allCases.map(\.rawValue)
    public static let shape = Shape(3, size, size)
    static let size = 32

    public let trainingCount: Int
    public let testCount: Int

    public init(trainingCount: Int = 6000, testCount: Int = 1000) {
        self.trainingCount = trainingCount
        self.testCount = testCount
    }

    /// The two sets of a seed. A sample depends on the seed, its set and its index alone.
    public func generate(seed: UInt64) -> (training: Dataset, test: Dataset) {
        let random = RandomSource(seed: seed)
        return (
            Self.dataset("shapes", count: trainingCount, random: random.stream(0)),
            Self.dataset("shapes (test)", count: testCount, random: random.stream(1))
        )
    }

    private static func dataset(_ name: String, count: Int, random: RandomSource) -> Dataset {
        let labels = (0..<count).map { Int32($0 % ShapeKind.allCases.count) }
        let pixels = [UInt8](unsafeUninitializedCapacity: count * shape.count) { buffer, filled in
            for (sample, label) in labels.enumerated() {
                var source = random.stream(UInt64(sample))
                let scene = ShapeScene(ShapeKind.allCases[Int(label)], random: &source)
                let part = buffer[sample * shape.count..<(sample + 1) * shape.count]
                scene.render(into: UnsafeMutableBufferPointer(rebasing: part), random: &source)
            }
            filled = count * shape.count
        }
        return Dataset(
            name: name, shape: shape, classNames: classNames, labels: labels, samples: .bytes(pixels))
    }
}

/// The classes of the set.
enum ShapeKind: String, CaseIterable {
    case horizontalEdge = "horizontal edge"
    case risingEdge = "rising edge"
    case verticalEdge = "vertical edge"
    case fallingEdge = "falling edge"
    case redGreenEdge = "red-green edge"
    case blueYellowEdge = "blue-yellow edge"
    case corner = "corner"
    case greyBlob = "grey blob"
    case redGreenBlob = "red-green blob"
    case blueYellowBlob = "blue-yellow blob"

    /// The direction across the edge in degrees; `nil` where any will do.
    var normal: Float? {
        switch self {
        case .verticalEdge: 0
        case .risingEdge: 45
        case .horizontalEdge: 90
        case .fallingEdge: 135
        default: nil
        }
    }

    /// The axis of the opponent colour space (van de Sande, Gevers, Snoek 2010) along which the figure differs from
    /// the ground.
    var axis: (red: Float, green: Float, blue: Float) {
        switch self {
        case .redGreenEdge, .redGreenBlob: (0.707, -0.707, 0)
        case .blueYellowEdge, .blueYellowBlob: (0.408, 0.408, -0.816)
        default: (0.577, 0.577, 0.577)
        }
    }

    var isBlob: Bool { self == .greyBlob || self == .redGreenBlob || self == .blueYellowBlob }
}
