/// Takes little-endian numbers and runs of bytes one after the other, through a window of the file.
struct ByteCursor {
    let file: FileBytes
    private(set) var position: Int
    private let end: Int
    private var window: [UInt8] = []
    private var windowStart = 0

    private static let windowSize = 1 << 16

    /// - Parameter range: within the file; the whole file when nil.
    init(_ file: FileBytes, in range: Range<Int>? = nil) {
        self.file = file
        position = range?.lowerBound ?? 0
        end = min(range?.upperBound ?? file.count, file.count)
    }

    var path: String { file.path }
    var left: Int { max(0, end - position) }

    mutating func byte(_ what: @autoclosure () -> String) throws(WeightFileError) -> UInt8 {
        if position < windowStart || position >= windowStart + window.count {
            guard left > 0 else { throw error(.truncated(what: what(), needed: 1, left: 0)) }
            window = try file.bytes(at: position, count: min(left, Self.windowSize), what())
            windowStart = position
        }
        defer { position += 1 }
        return window[position - windowStart]
    }

    mutating func bytes(_ count: Int, _ what: @autoclosure () -> String) throws(WeightFileError) -> [UInt8] {
        guard count >= 0, count <= left else {
            throw error(.truncated(what: what(), needed: count, left: left))
        }
        let start = position - windowStart
        defer { position += count }
        if start >= 0, start + count <= window.count { return Array(window[start..<start + count]) }
        return try file.bytes(at: position, count: count, what())
    }

    /// An unsigned number of `size` bytes, up to 8; those beyond `Int.max` are damage.
    mutating func integer(_ size: Int, _ what: @autoclosure () -> String) throws(WeightFileError) -> Int {
        var value: UInt64 = 0
        for shift in 0..<size { value |= UInt64(try byte(what())) << (8 * UInt64(shift)) }
        guard let integer = Int(exactly: value) else { throw error(.damaged("\(what()) is \(value)")) }
        return integer
    }

    mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(WeightFileError) {
        guard count >= 0, count <= left else {
            throw error(.truncated(what: what(), needed: count, left: left))
        }
        position += count
    }

    func error(_ reason: WeightFileError.Reason) -> WeightFileError { WeightFileError(file.path, reason) }
}
