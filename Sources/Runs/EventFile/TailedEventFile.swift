import Glibc

/// Reads the whole records of one event file that may still be growing.
///
/// Nothing that is not a whole record is remembered between two looks: a writer that ran out of disk cuts its
/// torn record off and writes another in its place.
struct TailedEventFile {
    let path: String
    /// Where the next record begins.
    private(set) var offset = 0
    private var seen = FileStamp()
    private let checksData: Bool

    init(path: String, checksData: Bool = true) {
        self.path = path
        self.checksData = checksData
    }

    /// Hands every further whole record, then how many damaged bytes were skipped on the way, byte positions included.
    mutating func read(
        record: (UnsafeRawBufferPointer) -> Void, damaged: (_ range: Range<Int>) -> Void
    ) {
        let stamp = FileStamp(path: path)
        guard stamp != seen, stamp.size > offset else { return }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        seen = stamp
        var chunkSize = 1 << 20
        while true {
            let bytes = Self.bytes(of: descriptor, from: offset, count: chunkSize)
            let consumed = consume(bytes, isEnd: bytes.count < chunkSize, record: record, damaged: damaged)
            offset += consumed
            if bytes.count < chunkSize { return }
            // A record larger than the chunk: look at more at once.
            if consumed == 0 { chunkSize *= 2 }
        }
    }

    /// How many of the bytes are done with.
    private func consume(
        _ bytes: [UInt8], isEnd: Bool, record: (UnsafeRawBufferPointer) -> Void, damaged: (Range<Int>) -> Void
    ) -> Int {
        bytes.withUnsafeBytes { bytes in
            var position = 0
            while true {
                switch RecordFraming.find(at: position, in: bytes, checksData: checksData) {
                case .record(let data, let next):
                    record(UnsafeRawBufferPointer(rebasing: bytes[data]))
                    position = next
                case .damagedData(let next):
                    // The last record may be one that is being written just now.
                    if isEnd && next == bytes.count { return position }
                    damaged(offset + position..<offset + next)
                    position = next
                case .damagedHeader:
                    guard let next = RecordFraming.nextRecord(after: position, in: bytes) else {
                        return position
                    }
                    damaged(offset + position..<offset + next)
                    position = next
                case .incomplete: return position
                }
            }
        }
    }

    private static func bytes(of descriptor: Int32, from offset: Int, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                    off_t(offset + filled))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { return }
                filled += got
            }
        }
    }
}

/// Whether a file may have changed since the last look.
private struct FileStamp: Equatable {
    var size = 0
    var seconds = 0
    var nanoseconds = 0

    init() {}

    init(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
