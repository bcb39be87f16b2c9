import Glibc

/// The folder that is one run: its preset, its log, its checkpoints and the socket of its worker.
///
///     runs/2026-11-24-fashion-mnist-01/
///       preset.yaml              the resolved experiment
///       events.out.tfevents.*    the log, one file for every session of the worker
///       checkpoints/             safetensors
///       control.sock             commands in, observations out
///       activations.cache        what frozen layers make of the samples; open without a name while the worker lives
///       lock                     locked by the living worker, holds its process number
///       worker.log               stdout and stderr of the worker
public struct RunDirectory: Sendable, Hashable {
    public let path: String

    /// Describes a folder, which need not be there.
    public init(path: String) {
        var path = path
        while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    /// The last part of its path.
    public var name: String { String(path.split(separator: "/").last ?? "") }
    public var presetFile: String { path + "/preset.yaml" }
    public var checkpoints: String { path + "/checkpoints" }
    public var socketPath: String { path + "/control.sock" }
    public var lockFile: String { path + "/lock" }
    public var workerLog: String { path + "/worker.log" }
    public var activationCache: String { path + "/activations.cache" }

    /// Whether the folder is there and holds a run.
    public var exists: Bool { isFile(presetFile) || isFile(lockFile) || !eventFiles.isEmpty }

    /// Paths of the event files in the order of their sessions.
    public var eventFiles: [String] {
        names(in: path).filter { $0.hasPrefix("events.out.tfevents.") }.sorted().map { path + "/" + $0 }
    }

    /// Paths of the checkpoints in the order of their names.
    public var checkpointFiles: [String] {
        names(in: checkpoints).filter { $0.hasSuffix(".safetensors") }
            .sorted { Self.moment(of: $0) < Self.moment(of: $1) }.map { checkpoints + "/" + $0 }
    }

    /// Paths of checkpoints whose writer was killed before they were whole.
    public var partialCheckpointFiles: [String] {
        names(in: checkpoints).filter { $0.hasSuffix(".partial") }.map { checkpoints + "/" + $0 }
    }

    /// `epoch-0003-iteration-001234.safetensors` is of (3, 1234); an epoch's end comes after all iterations within it.
    /// Numbers, not text: a long run outgrows the zeros in front.
    private static func moment(of name: String) -> (epoch: Int, iteration: Int, name: String) {
        let numbers = name.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
        return (numbers.first ?? 0, numbers.count > 1 ? numbers[1] : Int.max, name)
    }
}

/// Why a run directory could not be made, found or owned.
public enum RunDirectoryError: Error, Equatable, CustomStringConvertible {
    case unusableName(String)
    case notCreated(path: String, SystemFault)
    /// `canContinue`: whether it has a checkpoint.
    case taken(path: String, canContinue: Bool)
    case ownedByAnother(path: String, process: Int32?)
    case notLocked(path: String, SystemFault)
    case noRuns(directory: String)
    case notFound(name: String, directory: String, nearest: [String])
    case ambiguous(name: String, candidates: [String])

    public var description: String {
        switch self {
        case .unusableName(let name):
            "'\(name.printable)' cannot name a run: expected up to 100 characters without '/' and control characters, "
                + "not . or ..; for another place use --run-directory"
        case .notCreated(let path, let fault):
            "\(path): cannot make this run directory: \(fault); "
                + "choose another with --run-directory, --runs-directory or $CNNTOP_RUNS"
        case .taken(let path, canContinue: true):
            "\(path): there is a run already; continue it with --resume or choose another --name"
        case .taken(let path, canContinue: false):
            "\(path): there is a run already, without a checkpoint to continue from; "
                + "remove this folder or choose another --name"
        case .ownedByAnother(let path, let process):
            "\(path): process \(process.map(String.init) ?? "unknown") is training in this run directory; "
                + "look at it with `cnntop attach`, or stop it first"
        case .notLocked(let path, let fault):
            "\(path): cannot lock this run directory: \(fault)"
        case .noRuns(let directory):
            "\(directory): no runs here; start one with `cnntop train fashion-mnist`"
        case .notFound(let name, let directory, let nearest):
            "\(directory): no run '\(name)'"
                + (nearest.isEmpty
                    ? "; list them with `cnntop runs`" : "; there are \(nearest.joined(separator: ", "))")
        case .ambiguous(let name, let candidates):
            "'\(name)' could be \(candidates.joined(separator: " or ")); give more of the name"
        }
    }
}

/// The entries of a folder; none where it cannot be read.
func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}

func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
}

func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Seconds since 1970.
func modificationTime(of path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
}

extension RunDirectory {
    /// The path from the root, links resolved; the path itself where the folder is not there.
    public var absolutePath: String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
