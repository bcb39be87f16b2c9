import CZip
import Glibc

/// A zip file, as PyTorch and Keras save models, through libzip.
///
/// Only names are looked at on opening. An entry is never unpacked to more than the caller allows, so that a small
/// file cannot fill the memory.
final class ZipArchive {
    let path: String
    private let archive: OpaquePointer
    let names: [String]
    let fileSize: Int

    /// More files than any model is saved as.
    private static let mostEntries = 1_000_000

    init(contentsOf path: String) throws(WeightFileError) {
        fileSize = try FileBytes(contentsOf: path).count
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY | ZIP_CHECKCONS, &code) else {
            throw WeightFileError(path, .damaged("not a whole zip file (\(Self.message(of: code)))"))
        }
        self.path = path
        self.archive = archive
        let count = Int(zip_get_num_entries(archive, 0))
        guard count <= Self.mostEntries else {
            zip_discard(archive)
            throw WeightFileError(
                path,
                .refused("a zip file of \(count) entries", instead: "at most \(Self.mostEntries) are read"))
        }
        names = (0..<count).map { index in
            zip_get_name(archive, zip_uint64_t(index), ZIP_FL_ENC_GUESS).map { String(cString: $0) } ?? ""
        }
    }

    deinit { zip_discard(archive) }

    /// Size of an entry once unpacked, as the archive declares it; nil if there is none of this name.
    func size(of name: String) -> Int? {
        status(of: name).flatMap { Int(exactly: $0.size) }
    }

    /// The content of an entry, its checksum verified.
    ///
    /// - Throws: `WeightFileError` where there is none, it is damaged, or larger than `most`.
    func bytes(of name: String, atMost most: Int) throws(WeightFileError) -> [UInt8] {
        guard let status = status(of: name), let size = Int(exactly: status.size) else {
            throw WeightFileError(path, .damaged("it has no entry \(inQuotes(name))"))
        }
        guard size <= most else {
            throw WeightFileError(
                path,
                .refused(
                    "\(inQuotes(name)), which unpacks to \(size) bytes,", instead: "at most \(most) fit here")
            )
        }
        guard status.comp_method != ZIP_CM_STORE || size <= fileSize else {
            throw WeightFileError(path, .truncated(what: inQuotes(name), needed: size, left: fileSize))
        }
        guard let entry = zip_fopen_index(archive, status.index, 0) else { throw damaged(name) }
        defer { zip_fclose(entry) }
        let bytes = Self.read(entry, count: size)
        // Reading beyond the end makes libzip compare the checksum.
        var beyond: UInt8 = 0
        guard bytes.count == size, zip_fread(entry, &beyond, 1) == 0 else {
            let reason = String(cString: zip_error_strerror(zip_file_get_error(entry)))
            throw WeightFileError(path, .damaged("\(inQuotes(name)): \(reason)"))
        }
        return bytes
    }

    private static func read(_ entry: OpaquePointer, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = zip_fread(
                    entry, buffer.baseAddress.map { $0 + filled }, zip_uint64_t(count - filled))
                guard read > 0 else { break }
                filled += Int(read)
            }
        }
    }

    private func status(of name: String) -> zip_stat_t? {
        var status = zip_stat_t()
        guard zip_stat(archive, name, 0, &status) == 0 else { return nil }
        return status
    }

    private func damaged(_ name: String) -> WeightFileError {
        WeightFileError(
            path,
            .damaged("\(inQuotes(name)): \(String(cString: zip_error_strerror(zip_get_error(archive))))"))
    }

    private static func message(of code: Int32) -> String {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        return String(cString: zip_error_strerror(&error))
    }
}
