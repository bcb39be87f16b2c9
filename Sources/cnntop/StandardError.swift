import Glibc

/// Where faults are told; not buffered, so that what is said there stays in order with what is printed.
enum StandardError {
    static func say(_ line: String) {
        let bytes = Array((line.hasSuffix("\n") ? line : line + "\n").utf8)
        write(2, bytes, bytes.count)
    }
}
