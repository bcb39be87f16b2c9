/// Where the tensors of a file are.
struct SafetensorsHeader: Equatable {
    struct Entry: Equatable {
        var name: String
        var type: Safetensors.ElementType
        var shape: [Int]
        /// In bytes from the end of the header.
        var range: Range<Int>
    }

    /// In the order of their data.
    var entries: [Entry]
    var metadata: [String: String]

    /// The reference implementation refuses longer headers too.
    static let longest = 100_000_000

    /// Parses the JSON and checks it against the number of data bytes that follow.
    init(parsing json: [UInt8], dataSize: Int, path: String) throws(SafetensorsError) {
        var parser = SafetensorsHeaderParser(json: json, path: path)
        (entries, metadata) = try parser.parse()
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        try checkCoverage(dataSize: dataSize, path: path)
    }

    /// The data must be covered completely and once, so that no byte is hidden and none is read twice.
    private func checkCoverage(dataSize: Int, path: String) throws(SafetensorsError) {
        var position = 0
        for entry in entries {
            guard entry.range.lowerBound == position else {
                throw .notCovered(path: path, position: position, next: entry.range.lowerBound)
            }
            try Self.checkSize(of: entry, path: path)
            position = entry.range.upperBound
        }
        guard position <= dataSize else { throw .truncated(path: path, expected: position, found: dataSize) }
        guard position == dataSize else { throw .notCovered(path: path, position: position, next: dataSize) }
    }

    private static func checkSize(of entry: Entry, path: String) throws(SafetensorsError) {
        var size = entry.type.size
        for extent in entry.shape {
            let (product, overflows) = size.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflows else {
                throw .badTensor(path: path, name: entry.name, reason: "impossible shape \(entry.shape)")
            }
            size = product
        }
        guard size == entry.range.count else {
            throw .badTensor(
                path: path, name: entry.name,
                reason: "shape \(entry.shape) of \(entry.type.rawValue) takes \(size) bytes, "
                    + "its data_offsets span \(entry.range.count)")
        }
    }
}
