import Glibc

/// Bytes in a file.
func fileSize(_ path: String) throws(DataFileError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else {
        throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "not a file") }
    return Int(status.st_size)
}

func isFile(_ path: String) -> Bool {
    (try? fileSize(path)) != nil
}

func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The names in a folder in the order of their bytes, hidden ones left out; `nil` where it cannot be read.
func namesInFolder(_ path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}
