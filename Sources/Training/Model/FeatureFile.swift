import Files
import Glibc

/// Writes rows of numbers as they come: NumPy's format, or CSV with the class first.
///
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0.
public final class FeatureFile {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private let isCSV: Bool
    private let width: Int

    /// - Parameter rows: how many will follow; NumPy's header needs it.
    /// - Throws: `FeatureFileError` where the file cannot be made.
    public init(_ path: String, rows: Int, width: Int) throws(FeatureFileError) {
        guard let file = fopen(path, "we") else {
            throw FeatureFileError(path)
        }
        self.path = path
        self.file = file
        self.width = width
        isCSV = !path.hasSuffix(".npy")
        try write(isCSV ? Self.csvHeader(width) : Self.numpyHeader(rows, width))
    }

    deinit { fclose(file) }

    public func append(_ row: UnsafeBufferPointer<Float>, className: String) throws(FeatureFileError) {
        precondition(row.count == width, "\(row.count) numbers in a table of \(width)")
        if isCSV {
            let fields = [Self.field(className)] + row.map { "\($0)" }
            try write(Array("\(fields.joined(separator: ","))\n".utf8))
        } else {
            guard fwrite(row.baseAddress, 4, row.count, file) == row.count else { throw notWritten() }
        }
    }

    /// Everything is on its way to the disk.
    public func finish() throws(FeatureFileError) {
        guard fflush(file) == 0 else { throw notWritten() }
    }

    private func write(_ bytes: [UInt8]) throws(FeatureFileError) {
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw notWritten() }
    }

    /// The error of what failed just now; takes the file away.
    private func notWritten() -> FeatureFileError {
        defer { removeIncompleteFile(path) }
        return FeatureFileError(path)
    }

    private static func csvHeader(_ width: Int) -> [UInt8] {
        let names = ["label"] + (1...max(1, width)).map { "f\($0)" }
        return Array("\(names.joined(separator: ","))\n".utf8)
    }

    /// Filled up with blanks so that the numbers start at a multiple of 64.
    private static func numpyHeader(_ rows: Int, _ width: Int) -> [UInt8] {
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(width)), }"
        text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
        let count = text.utf8.count
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(text.utf8)
    }

    /// In quotes where it needs them (RFC 4180).
    private static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }
}

/// Why features cannot be written.
public struct FeatureFileError: Error, Equatable, CustomStringConvertible {
    public var path: String
    public var reason: String

    /// Of the system call that failed last.
    public init(_ path: String) {
        self.path = path
        reason = String(cString: strerror(errno))
    }

    public var description: String { "\(path): cannot write features here (\(reason))" }
}
