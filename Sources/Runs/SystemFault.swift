import Glibc

/// What the operating system said no to, in its own words: `No space left on device`.
public struct SystemFault: Error, Equatable, CustomStringConvertible {
    public let code: Int32

    public init(code: Int32) { self.code = code }

    /// The fault of the call that has just failed on this thread.
    static var latest: SystemFault { SystemFault(code: errno) }

    public var description: String {
        var room = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &room, room.count) == 0 else { return "error \(code)" }
        return String(decoding: room.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
