import Tensors

/// The format of MNIST and its relatives: big-endian sizes, then unsigned bytes; plain or compressed with gzip.
///
/// Source: http://yann.lecun.com/exdb/mnist, "The IDX file format".
public enum IDX {
    /// Grey images: magic 0x803, then `[N, H, W]` and the pixels.
    public static func readImages(
        _ path: String
    ) throws(DataFileError) -> (count: Int, shape: Shape, pixels: [UInt8]) {
        let file = try GzipReader(path: path)
        let sizes = try readHeader(of: file, magic: 0x803)
        let bytes = try readBody(of: file, sizes: sizes)
        return (sizes[0], Shape(1, sizes[1], sizes[2]), bytes)
    }

    /// Labels: magic 0x801, then `[N]` and a byte each.
    public static func readLabels(_ path: String) throws(DataFileError) -> [UInt8] {
        let file = try GzipReader(path: path)
        return try readBody(of: file, sizes: readHeader(of: file, magic: 0x801))
    }

    /// Images and their labels, which must be as many and lie below the number of classes.
    public static func read(
        name: String, images: String, labels: String, classNames: [String]
    ) throws(DataFileError) -> Dataset {
        // Labels first: they are small, and whatever is wrong with them shows before the long read.
        let classes = try readLabels(labels)
        if let sample = classes.firstIndex(where: { Int($0) >= classNames.count }) {
            throw .labelBeyondClasses(
                path: labels, sample: sample, label: Int(classes[sample]), classes: classNames.count)
        }
        let (count, shape, pixels) = try readImages(images)
        guard count == classes.count else {
            throw .countMismatch(images: images, imageCount: count, labels: labels, labelCount: classes.count)
        }
        return Dataset(
            name: name, shape: shape, classNames: classNames, labels: classes.map { Int32($0) },
            samples: .bytes(pixels))
    }

    private static func readHeader(
        of file: borrowing GzipReader, magic: UInt32
    ) throws(DataFileError) -> [Int] {
        let found = bigEndian(try file.read(4))
        guard found == magic else { throw .wrongMagic(path: file.path, found: found, expected: magic) }
        var sizes: [Int] = []
        for _ in 0..<magic & 0xff { sizes.append(Int(bigEndian(try file.read(4)))) }
        guard !sizes.contains(0) else { throw .empty(path: file.path) }
        return sizes
    }

    private static func readBody(
        of file: borrowing GzipReader, sizes: [Int]
    ) throws(DataFileError) -> [UInt8] {
        var count = 1
        for size in sizes {
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            guard !overflows else { throw .tooLarge(path: file.path, bytes: nil) }
            count = product
        }
        let bytes = try file.read(count)
        try file.expectEnd(after: count)
        return bytes
    }

    private static func bigEndian(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
