import Glibc
import Synchronization

/// Appends a session's events to an event file of its own.
///
/// A batch is one write(2), so that a reader or a crash sees whole batches nearly always, and a batch that the disk
/// did not take is cut off again. Safe to use from several threads.
public final class EventLogWriter: Sendable {
    public let path: String
    private let descriptor: Int32
    private let now: @Sendable () -> Double
    private let writeBytes: WriteCall
    /// Bytes of the file that are whole records; what lies beyond it is the rest of a failed write.
    private let goodLength: Mutex<Int>

    /// pwrite(2), which tests replace to fill the disk.
    package typealias WriteCall = @Sendable (Int32, UnsafeRawPointer?, Int, off_t) -> Int

    /// Begins the file of a new session, which sorts after those of earlier ones.
    ///
    /// - Parameter now: seconds since 1970, what TensorBoard shows as wall time.
    public convenience init(
        _ directory: RunDirectory, now: @escaping @Sendable () -> Double = { secondsSince1970() }
    ) throws(EventFileError) {
        try self.init(directory, now: now, writeBytes: { pwrite($0, $1, $2, $3) })
    }

    package init(
        _ directory: RunDirectory, now: @escaping @Sendable () -> Double, writeBytes: @escaping WriteCall
    ) throws(EventFileError) {
        self.writeBytes = writeBytes
        path = Self.nextPath(in: directory, seconds: Int(now()))
        self.now = now
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .notCreated(path: path, .latest) }
        goodLength = Mutex(0)
        try write(EventEncoder.header(wallTime: now()))
    }

    deinit { close(descriptor) }

    /// Appends those of the events that the log keeps; all or none.
    public func append(_ events: [RunEvent]) throws(EventFileError) {
        let wallTime = now()
        var bytes: [UInt8] = []
        for event in events where event.isLogged {
            for record in EventEncoder.records(of: event, wallTime: wallTime) {
                RecordFraming.append(record, to: &bytes)
            }
        }
        if !bytes.isEmpty { try write(bytes) }
    }

    /// Waits until the disk has what was appended: after a checkpoint and at the end.
    public func synchronize() throws(EventFileError) {
        if fdatasync(descriptor) != 0 { throw error(.latest) }
    }

    private func write(_ bytes: [UInt8]) throws(EventFileError) {
        let fault = goodLength.withLock { length -> SystemFault? in
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    writeBytes(
                        descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written,
                        off_t(length + written))
                }
                if count < 0 && errno == EINTR { continue }
                if count <= 0 {
                    let fault = count < 0 ? SystemFault.latest : SystemFault(code: ENOSPC)
                    ftruncate(descriptor, off_t(length))
                    return fault
                }
                written += count
            }
            length += written
            return nil
        }
        if let fault { throw error(fault) }
    }

    private func error(_ fault: SystemFault) -> EventFileError {
        [ENOSPC, EDQUOT, EFBIG].contains(fault.code)
            ? .diskFull(path: path, fault) : .notWritten(path: path, fault)
    }

    /// `events.out.tfevents.SECONDS.HOST`; the seconds run ahead of the clock where that keeps sessions in order.
    private static func nextPath(in directory: RunDirectory, seconds: Int) -> String {
        let latest = directory.eventFiles.compactMap(stamp).max()
        let stamp = max(seconds, (latest ?? 0) + 1)
        return "\(directory.path)/events.out.tfevents.\(stamp).\(hostName())"
    }

    /// The seconds in the name of an event file.
    static func stamp(of path: String) -> Int? {
        let name = path.split(separator: "/").last ?? ""
        return name.split(separator: ".").dropFirst(3).first.flatMap { Int($0) }
    }
}

private func hostName() -> String {
    var bytes = [CChar](repeating: 0, count: 256)
    guard gethostname(&bytes, bytes.count - 1) == 0 else { return "localhost" }
    return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
