import Files

/// Bytes of a file or of one of a zip's entries, read piece by piece; every piece is checked against the end before
/// memory is taken for it.
package final class FileBytes: Sendable {
    private enum Place {
        case file(InputFile)
        case memory([UInt8])
    }

    /// What messages call it.
    let path: String
    let count: Int
    private let place: Place

    package init(contentsOf path: String) throws(WeightFileError) {
        do throws(InputFileError) {
            let file = try InputFile(path)
            count = file.size
            place = .file(file)
        } catch {
            throw WeightFileError(path, .cannotOpen(error.reason))
        }
        self.path = path
    }

    package init(_ bytes: [UInt8], path: String) {
        self.path = path
        count = bytes.count
        place = .memory(bytes)
    }

    /// `count` bytes from `offset`; `what` is what a message says they were for.
    func bytes(
        at offset: Int, count: Int, _ what: @autoclosure () -> String
    ) throws(WeightFileError) -> [UInt8] {
        guard offset >= 0, offset <= self.count, count >= 0, count <= self.count - offset else {
            let left = offset < 0 ? 0 : max(0, self.count - offset)
            throw WeightFileError(path, .truncated(what: what(), needed: count, left: left))
        }
        switch place {
        case .memory(let bytes): return Array(bytes[offset..<offset + count])
        case .file(let file):
            do throws(InputFileError) {
                return try file.bytes(at: offset, count: count)
            } catch {
                throw WeightFileError(path, .truncated(what: what(), needed: count, left: 0))
            }
        }
    }
}
