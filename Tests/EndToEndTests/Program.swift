import Foundation
import Testing

/// The built program, run as a user runs it.
enum Program {
    /// The folder that holds the package manifest.
    static let packageRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The `cnntop` that was built together with these tests.
    static let path: String = {
        let bundle = CommandLine.arguments.first.map { URL(filePath: $0).deletingLastPathComponent() }
        let beside = bundle?.appending(path: "cnntop").path ?? ""
        return FileManager.default.isExecutableFile(atPath: beside)
            ? beside : packageRoot + "/.build/release/cnntop"
    }()

    /// What a finished command left behind.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// The last line that is not empty, of both streams.
        var lastLine: String {
            (output + "\n" + errors).split(separator: "\n").last.map(String.init) ?? ""
        }
    }

    /// Runs `cnntop` with no terminal on any stream and waits for it.
    static func run(_ arguments: String..., in folder: Folder, environment: [String: String] = [:]) throws
        -> Outcome
    {
        try execute(path, arguments, in: folder, environment: environment)
    }

    /// Runs any command with no terminal on any stream and waits for it.
    static func execute(
        _ command: String, _ arguments: [String], in folder: Folder, environment: [String: String] = [:]
    ) throws -> Outcome {
        let child = try ChildProcess(
            command, arguments, in: folder, environment: variables(for: folder).merging(environment) { $1 })
        let status = child.waitForExit()
        return Outcome(status: status, output: child.output, errors: child.errors)
    }

    /// Starts `cnntop` with no terminal on any stream.
    static func start(_ arguments: [String], in folder: Folder) throws -> ChildProcess {
        try ChildProcess(path, arguments, in: folder, environment: variables(for: folder))
    }

    /// The environment every command gets: the package's presets, runs in the test's own folder.
    static func variables(for folder: Folder) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment
        for name in ["NO_COLOR", "COLORTERM", "TMUX", "CNNTOP_DATA"] { variables[name] = nil }
        variables["CNNTOP_PRESETS"] = packageRoot + "/Presets"
        variables["CNNTOP_RUNS"] = folder.path + "/runs"
        variables["LC_ALL"] = "C.UTF-8"
        return variables
    }
}

/// A temporary folder with a test's runs in it. What still trains there is killed when the test is over.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "cnntop-test-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        for worker in workers { kill(worker, SIGKILL) }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
        return path + "/" + name
    }

    /// The run directories, in order of their names.
    var runs: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/runs")) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().map { path + "/runs/" + $0 }
    }

    /// Process numbers of the detached workers that train in this folder.
    var workers: [pid_t] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { pid_t($0) }.filter { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
                return false
            }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.dropFirst().first == "worker" && words.contains { $0.hasPrefix(path) }
        }
    }
}
