/// Bytes as they arrive, cut into lines.
struct LineBuffer {
    /// A line that grows beyond it is not ours.
    let longestLine: Int
    private var bytes: [UInt8] = []

    init(longestLine: Int) { self.longestLine = longestLine }

    /// Whether an unfinished line has grown too long.
    var isOverfull: Bool { bytes.count > longestLine }

    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// The finished lines, without their ends; empty ones are left out.
    mutating func takeLines() -> [[UInt8]] {
        guard let end = bytes.lastIndex(of: 10) else { return [] }
        let lines = bytes[..<end].split(separator: 10).map { Array($0) }
        bytes.removeSubrange(...end)
        return lines
    }
}
