import Glibc

/// Where presets are found: a path, `./Presets`, `$CNNTOP_PRESETS`, or what was installed with the program.
public struct PresetLibrary: Sendable {
    /// Folders in the order in which they are searched.
    public let folders: [String]

    public init(folders: [String]) { self.folders = folders }

    /// The folders that apply to this process.
    public static func standard() -> PresetLibrary {
        var folders = ["Presets"]
        if let folder = getenv("CNNTOP_PRESETS").map({ String(cString: $0) }), !folder.isEmpty {
            folders.insert(folder, at: 0)
        }
        if let executable = executablePath() {
            let parts = executable.split(separator: "/").dropLast()
            folders.append("/" + (parts.dropLast() + ["share", "cnntop", "Presets"]).joined(separator: "/"))
            // A build tree: .build/release/cnntop, or .build/x86_64-unknown-linux-gnu/release/cnntop.
            if let build = parts.lastIndex(of: ".build") {
                folders.append("/" + (parts[..<build] + ["Presets"]).joined(separator: "/"))
            }
        }
        return PresetLibrary(folders: folders)
    }

    /// The names of all presets, sorted.
    public var names: [String] {
        Set(folders.flatMap(Self.yamlNames)).sorted()
    }

    /// The file of a preset given by name or by path.
    public func file(named name: String) throws(PresetNotFound) -> String {
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            if access(name, R_OK) == 0 { return name }
        } else if let folder = folders.first(where: { access("\($0)/\(name).yaml", R_OK) == 0 }) {
            return "\(folder)/\(name).yaml"
        }
        throw PresetNotFound(name: name, available: names, searched: folders)
    }

    private static func executablePath() -> String? {
        guard let path = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    private static func yamlNames(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names
    }
}
