import Glibc

/// What frozen layers make of samples, kept in a file beside the run and mapped into memory.
///
/// It holds the first samples as far as its limit goes; the others are computed anew each time. The file loses its name
/// as soon as it is open: nobody else can then cut it short, which would end this process at its next look into the map,
/// and however the process ends, the disk has its room back. Activations are quickly made again, and nothing of a run
/// depends on them.
final class ActivationCache {
    /// Samples it has room for.
    let capacity: Int
    /// Numbers of one sample.
    let width: Int
    private let values: UnsafeMutablePointer<Float>
    private let bytes: Int
    private var isFilled: [Bool]

    /// - Parameters:
    ///   - path: the file; in memory alone when nil.
    ///   - limit: bytes at most; on a disk at most half of what is free.
    /// - Throws: `ActivationCacheError` where the file cannot be made.
    init(path: String?, samples: Int, width: Int, limit: Int) throws(ActivationCacheError) {
        let stride = width * MemoryLayout<Float>.stride
        let room = min(limit, path.flatMap(Self.freeBytes).map { $0 / 2 } ?? limit)
        capacity = min(samples, max(0, room / max(1, stride)))
        self.width = width
        bytes = max(1, capacity * stride)
        isFilled = Array(repeating: false, count: capacity)
        values = try Self.mapped(path, bytes: bytes).assumingMemoryBound(to: Float.self)
    }

    deinit { munmap(values, bytes) }

    var byteCount: Int { capacity * width * MemoryLayout<Float>.stride }

    func holds(_ sample: Int) -> Bool { sample < capacity && isFilled[sample] }

    /// Where the activations of a sample lie, to be written once and read later; nil where there is no room for it.
    func place(of sample: Int) -> UnsafeMutablePointer<Float>? {
        sample < capacity ? values + sample * width : nil
    }

    func markFilled(_ sample: Int) { isFilled[sample] = true }

    private static func mapped(
        _ path: String?, bytes: Int
    ) throws(ActivationCacheError) -> UnsafeMutableRawPointer {
        func failed(_ code: Int32) -> ActivationCacheError {
            ActivationCacheError(path: path ?? "memory", reason: String(cString: strerror(code)))
        }
        var descriptor: Int32 = -1
        if let path {
            // Whatever has the name: one that a killed worker of an earlier version left, or a link to elsewhere.
            unlink(path)
            descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw failed(errno) }
            unlink(path)
            // Room for all of it now: a full disk later would end the process at a write into the map.
            let result = posix_fallocate(descriptor, 0, off_t(bytes))
            guard result == 0 else {
                close(descriptor)
                throw failed(result)
            }
        }
        defer { if descriptor >= 0 { close(descriptor) } }
        let flags = descriptor >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS
        guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, descriptor, 0), start != MAP_FAILED
        else { throw failed(errno) }
        return start
    }

    /// Of the disk that a file will lie on.
    private static func freeBytes(_ path: String) -> Int? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var status = statvfs()
        guard statvfs(folder.isEmpty ? "/" : folder, &status) == 0 else { return nil }
        return Int(clamping: status.f_bavail) * Int(clamping: status.f_frsize)
    }
}

/// Why activations cannot be kept.
struct ActivationCacheError: Error, Equatable, CustomStringConvertible {
    var path: String
    var reason: String

    var description: String { "\(path): cannot keep activations here: \(reason)" }
}
