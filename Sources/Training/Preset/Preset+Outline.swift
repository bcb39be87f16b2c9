import Datasets
import Networks
import Tensors

/// What a network needs to know of its data: the shape of a sample and how many classes there are.
public struct DataOutline: Sendable, Equatable {
    public var shape: Shape
    public var classes: Int
    /// True where the preset does not say how many classes: then there are as many as ImageNet has.
    public var assumesClasses: Bool

    public init(shape: Shape, classes: Int, assumesClasses: Bool = false) {
        self.shape = shape
        self.classes = classes
        self.assumesClasses = assumesClasses
    }

    /// What the networks for photographs of the literature tell apart.
    public static let imageNetClasses = 1000
}

extension DataSource {
    /// The data as far as their name tells, without looking at a file; nil where only the files know.
    public var outline: DataOutline? {
        switch features {
        case nil: return rawOutline
        case .network: return nil
        case .colorMoments(let moments):
            var outline = rawOutline
            outline?.shape = Shape(moments.count)
            return outline
        case .randomConvolutions(let convolutions):
            var outline = rawOutline
            outline?.shape = Shape(convolutions.width)
            return outline
        }
    }

    /// Before features take the pictures' place.
    private var rawOutline: DataOutline? {
        switch name {
        case .fashionMNIST, .mnist: DataOutline(shape: Shape(1, 28, 28), classes: 10)
        case .cifar10: DataOutline(shape: Shape(3, 32, 32), classes: 10)
        case .cifar100: DataOutline(shape: Shape(3, 32, 32), classes: 100)
        case .shapes: DataOutline(shape: ShapesDataset.shape, classes: ShapesDataset.classNames.count)
        case .sunsets: DataOutline(shape: SunsetsDataset.shape, classes: SunsetsDataset.classNames.count)
        case .chromatograms:
            DataOutline(shape: ChromatogramsDataset.shape, classes: ChromatogramsDataset.classNames.count)
        case .windows: DataOutline(shape: Shape(1, 1, windowLength), classes: 2)
        case .folder:
            size.map {
                DataOutline(
                    shape: Shape(3, $0.height, $0.width), classes: DataOutline.imageNetClasses,
                    assumesClasses: true)
            }
        default: nil
        }
    }
}
