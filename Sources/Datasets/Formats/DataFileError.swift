/// Why a file of samples (IDX, CIFAR) could not be read.
public enum DataFileError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case wrongMagic(path: String, found: UInt32, expected: UInt32)
    /// Not a byte in it, where `empty` has a header.
    case emptyFile(path: String)
    case empty(path: String)
    /// One of an images file and its labels file is there alone.
    case partMissing(path: String, beside: String)
    case tooLarge(path: String, bytes: Int?)
    case truncated(path: String, expected: Int, found: Int)
    case damaged(path: String, reason: String)
    case trailingBytes(path: String, expected: Int)
    case notRecords(path: String, bytes: Int, recordSize: Int)
    case countMismatch(images: String, imageCount: Int, labels: String, labelCount: Int)
    case labelBeyondClasses(path: String, sample: Int, label: Int, classes: Int)
    case sizesDiffer(training: String, test: String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "\(path): cannot be read (\(reason)); check its path and permissions, or fetch it again"
        case .wrongMagic(let path, let found, let expected):
            "\(path): not an IDX file of this kind (starts with 0x\(String(found, radix: 16)), "
                + "expected 0x\(String(expected, radix: 16)))"
        case .emptyFile(let path):
            "\(path): is empty; fetch the file again"
        case .empty(let path):
            "\(path): holds no samples (a size of 0 in its header)"
        case .partMissing(let path, let beside):
            "\(path): missing, with and without .gz, while there is \(beside); put it there or remove the other"
        case .tooLarge(let path, let bytes):
            "\(path): \(bytes.map { "\($0) bytes do" } ?? "its size does") not fit in memory; is the header damaged?"
        case .truncated(let path, let expected, let found):
            "\(path): header promises \(expected) bytes of data but \(found) remain; fetch the file again"
        case .damaged(let path, let reason):
            "\(path): damaged (\(reason)); fetch the file again"
        case .trailingBytes(let path, let expected):
            "\(path): more follows the \(expected) bytes of data that the header promises; fetch the file again"
        case .notRecords(let path, let bytes, let recordSize):
            "\(path): \(bytes) bytes are no whole number of CIFAR records of \(recordSize) bytes; fetch the file again"
        case .countMismatch(let images, let imageCount, let labels, let labelCount):
            "\(images) has \(imageCount) images but \(labels) has \(labelCount) labels; they must belong together"
        case .labelBeyondClasses(let path, let sample, let label, let classes):
            "\(path): sample \(sample) has label \(label), expected 0…\(classes - 1) for \(classes) classes"
        case .sizesDiffer(let training, let test):
            "training samples are \(training) but test samples \(test); they must belong together"
        }
    }
}
