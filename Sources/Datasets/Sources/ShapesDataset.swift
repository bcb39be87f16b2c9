import Glibc
import Tensors

/// A colour set that the program makes itself, for machines without any data.
///
/// Ten classes of 32×32 RGB pictures: edges in four orientations, edges and blobs along the two opponent-colour axes
/// (red–green, blue–yellow), grey blobs and corners. Polarity, contrast, place and background vary and noise lies over
/// all, so a net must find orientation and colour opponency by itself, and its first filters show that it did.
public struct ShapesDataset: GeneratedDataset {
    public static let name = "shapes"
    public static let classNames = ShapeKind.allCases.map(\.rawValue)
    public static let shape = Shape(3, size, size)
    static let size = 32

    public let trainingCount: Int
    public let testCount: Int

    public init(trainingCount: Int = 6000, testCount: Int = 1000) {
        self.trainingCount = trainingCount
        self.testCount = testCount
    }

    public static func samples(labels: [Int32], random: RandomSource) -> Dataset.Samples {
        pictures(labels: labels, random: random) { _, label, place, source in
            ShapeScene(ShapeKind.allCases[label], random: &source).render(into: place, random: &source)
        }
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
