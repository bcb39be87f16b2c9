import Glibc

extension RunDirectory {
    /// Where runs live: the option when given, else `$CNNTOP_RUNS`, else `runs` in the working directory.
    public static func runsDirectory(option: String? = nil) -> String {
        if let option, !option.isEmpty { return option }
        if let variable = getenv("CNNTOP_RUNS"), variable.pointee != 0 { return String(cString: variable) }
        return "runs"
    }

    /// Makes the folder of a new run, named `2026-11-24-fashion-mnist-01` (the next free number) unless `name` says so.
    public static func create(
        preset: String, name: String? = nil, in runsDirectory: String, secondsSince1970: Double? = nil
    ) throws(RunDirectoryError) -> RunDirectory {
        if let name {
            guard isUsable(name) else { throw .unusableName(name) }
            return try create(at: runsDirectory + "/" + name)
        }
        try makeFolders(runsDirectory)
        let stem = day(secondsSince1970 ?? Double(time(nil))) + "-" + preset
        var number = highestNumber(of: stem, in: runsDirectory) + 1
        while true {
            let suffix = number < 10 ? "0\(number)" : "\(number)"
            let path = "\(runsDirectory)/\(stem)-\(suffix)"
            // mkdir decides who gets the number when two runs start at once.
            if mkdir(path, 0o777) == 0 {
                let directory = RunDirectory(path: path)
                try makeFolders(directory.checkpoints)
                return directory
            }
            guard errno == EEXIST else { throw .notCreated(path: path, .latest) }
            number += 1
        }
    }

    /// Whether a run of that name lies right inside the runs directory and can be listed in a table.
    private static func isUsable(_ name: String) -> Bool {
        !name.isEmpty && name.count <= 100 && name != "." && name != ".." && !name.contains("/")
            && name.printable == name
    }

    /// Makes (or takes, while it holds no run) exactly this folder.
    public static func create(at path: String) throws(RunDirectoryError) -> RunDirectory {
        let directory = RunDirectory(path: path)
        if directory.exists {
            throw .taken(path: path, canContinue: !directory.checkpointFiles.isEmpty)
        }
        try makeFolders(directory.checkpoints)
        return directory
    }

    private static func makeFolders(_ path: String) throws(RunDirectoryError) {
        var reached = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            reached += "/" + part
            if mkdir(reached, 0o777) != 0 && errno != EEXIST { throw .notCreated(path: path, .latest) }
        }
        guard access(path, W_OK | X_OK) == 0 else { throw .notCreated(path: path, .latest) }
    }

    private static func highestNumber(of stem: String, in runsDirectory: String) -> Int {
        names(in: runsDirectory).compactMap { name in
            name.hasPrefix(stem + "-") ? Int(name.dropFirst(stem.count + 1)) : nil
        }.max() ?? 0
    }

    /// `2026-11-24`, local time.
    private static func day(_ secondsSince1970: Double) -> String {
        var seconds = time_t(secondsSince1970)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
