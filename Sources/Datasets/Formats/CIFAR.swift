import Tensors

/// The binary format of CIFAR-10 and CIFAR-100: records of the label (CIFAR-100: coarse, then fine label) and
/// 3 × 32 × 32 bytes, red, green, blue.
///
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
public enum CIFAR: Sendable {
    case ten, hundred

    public static let shape = Shape(3, 32, 32)

    private var labelBytes: Int { self == .ten ? 1 : 2 }
    private var recordSize: Int { labelBytes + Self.shape.count }

    /// Reads one or more files as one dataset.
    public func read(
        name: String, files: [String], classNames: [String]
    ) throws(DataFileError) -> Dataset {
        var labels: [Int32] = []
        var counts: [Int] = []
        for path in files { counts.append(try recordCount(of: path)) }
        let total = counts.reduce(0, +)
        labels.reserveCapacity(total)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(total * Self.shape.count)
        for (path, count) in zip(files, counts) {
            let file = try GzipReader(path: path)
            for sample in 0..<count {
                let record = try file.read(recordSize)
                let label = Int(record[labelBytes - 1])
                guard label < classNames.count else {
                    throw .labelBeyondClasses(
                        path: path, sample: sample, label: label, classes: classNames.count)
                }
                labels.append(Int32(label))
                pixels += record[labelBytes...]
            }
            try file.expectEnd(after: count * recordSize)
        }
        return Dataset(
            name: name, shape: Self.shape, classNames: classNames, labels: labels, samples: .bytes(pixels))
    }

    private func recordCount(of path: String) throws(DataFileError) -> Int {
        let bytes = try fileSize(path)
        guard bytes > 0 else { throw .emptyFile(path: path) }
        guard bytes.isMultiple(of: recordSize) else {
            throw .notRecords(path: path, bytes: bytes, recordSize: recordSize)
        }
        return bytes / recordSize
    }
}
