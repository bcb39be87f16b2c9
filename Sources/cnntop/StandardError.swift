import Glibc
import Spelling

/// Where faults are told; not buffered, so that what is said there stays in order with what is printed. What moves the
/// cursor is written out: messages quote names from files, and a file may hold anything.
enum StandardError {
    static func say(_ line: String) {
        let lines = line.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.description.inOneLine
        }
        let text = lines.joined(separator: "\n")
        let bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
        write(2, bytes, bytes.count)
    }
}
