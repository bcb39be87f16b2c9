import Glibc

/// Memory for numbers that starts at a cache line, zeroed, freed with its owner.
///
/// A cache line of slack stands behind the last element: a kernel may read (and overwrite) a vector's width beyond.
/// Who shares a buffer between threads sees to it that no two of them touch the same element at once.
public final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Element>
    public let count: Int
    private let memory: UnsafeMutableRawPointer

    public init(count: Int) {
        precondition(count >= 0, "a buffer cannot hold \(count) elements")
        let bytes = max(count, 1) * MemoryLayout<Element>.stride + 64
        // Zeroed memory from the system costs nothing until it is touched.
        memory = UnsafeMutableRawPointer(calloc(bytes + 64, 1) ?? Self.outOfMemory(bytes))
        let aligned = (UInt(bitPattern: memory) + 63) & ~63
        let start = memory.advanced(by: Int(aligned - UInt(bitPattern: memory)))
        base = start.bindMemory(to: Element.self, capacity: bytes / MemoryLayout<Element>.stride)
        self.count = count
    }

    deinit {
        free(memory)
    }

    public var elements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(start: base, count: count)
    }

    /// The allocator itself never returns on failure in Swift; nor do we.
    private static func outOfMemory(_ bytes: Int) -> UnsafeMutableRawPointer {
        preconditionFailure("out of memory: \(bytes) bytes asked for, none given")
    }
}
