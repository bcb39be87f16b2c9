import Tensors

/// Labelled samples in memory. They are read once and never copied; bytes stay bytes.
///
/// A class because one dataset of tens of megabytes is shared by the training, validation and test sets.
public final class Dataset: Sendable {
    /// For messages: `fashion-mnist`, a folder's path.
    public let name: String
    /// Of one sample, `[C, H, W]`.
    public let shape: Shape
    public let classNames: [String]
    /// The class of each sample, below `classNames.count`.
    public let labels: [Int32]
    public let samples: Samples
    /// What whoever trains on it should know, a line each: files left out, classes of one sample.
    public let remarks: [String]
    /// Where each sample came from, relative to the data's folder; empty where samples have no files of their own.
    public let files: [String]
    /// The pictures that features took the place of, small; nil where the samples are what can be looked at.
    public let miniatures: Miniatures?

    /// The values of all samples, `[N, C, H, W]`, row-major.
    public enum Samples: Sendable, Equatable {
        /// Pixels, 0…255.
        case bytes([UInt8])
        /// Signals and features.
        case floats([Float])

        public var count: Int {
            switch self {
            case .bytes(let values): values.count
            case .floats(let values): values.count
            }
        }
    }

    public init(
        name: String, shape: Shape, classNames: [String], labels: [Int32], samples: Samples,
        remarks: [String] = [], files: [String] = [], miniatures: Miniatures? = nil
    ) {
        precondition(
            samples.count == labels.count * shape.count,
            "\(samples.count) values for \(labels.count) samples of \(shape)")
        precondition(
            labels.allSatisfy { classNames.indices.contains(Int($0)) },
            "a label beyond \(classNames.count) classes")
        self.name = name
        self.shape = shape
        self.classNames = classNames
        self.labels = labels
        self.samples = samples
        precondition(
            files.isEmpty || files.count == labels.count, "\(files.count) files for \(labels.count) samples")
        self.remarks = remarks
        self.files = files
        self.miniatures = miniatures
    }

    /// Number of samples.
    public var count: Int { labels.count }
}
