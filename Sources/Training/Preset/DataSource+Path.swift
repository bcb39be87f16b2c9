import Datasets
import Glibc

extension DataSource {
    /// The kind of data that lies at a path, judged by the names of its files: IDX, CIFAR or a folder of pictures.
    /// A named set stays what it is where the files are those of its format (`fashion-mnist` keeps its class names).
    public mutating func lieAt(_ path: String) {
        let entries = Self.names(in: path)
        let isIDX =
            path.contains("idx")
            || entries.contains { $0.contains("idx3-ubyte") || $0.contains("idx1-ubyte") }
        let isCIFAR =
            path.hasSuffix(".bin")
            || entries.contains { $0.hasSuffix(".bin") || $0.hasPrefix("cifar-10") }
        switch name {
        case .fashionMNIST, .mnist, .idx: if !isIDX { name = isCIFAR ? .cifar10 : .folder }
        case .cifar10, .cifar100: if !isCIFAR { name = isIDX ? .idx : .folder }
        case .folder, .shapes, .sunsets: name = isIDX ? .idx : isCIFAR ? .cifar10 : .folder
        case .chromatograms: name = .signals
        case .signals, .windows, .features: break
        }
        self.path = path
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}
