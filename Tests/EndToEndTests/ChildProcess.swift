import Foundation

/// A process started with `posix_spawn` and awaited with `waitpid`.
///
/// Foundation's `Process` takes a child for running as long as any of its descendants keeps an inherited descriptor
/// open; a tmux server and a detached worker outlive the command that started them, so it would wait for ever.
final class ChildProcess {
    let identifier: pid_t
    private let outputFile, errorFile: String
    private var status: Int32?

    struct NotStarted: Error {
        var command: String
        var code: Int32
    }

    init(_ command: String, _ arguments: [String], in folder: Folder, environment: [String: String]) throws {
        outputFile = folder.path + "/.output-\(UUID())"
        errorFile = folder.path + "/.errors-\(UUID())"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorFile, O_WRONLY | O_CREAT, 0o600)

        // A test runs on a dispatch thread, which blocks signals; a child must not inherit that (Ctrl-Z is one).
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        // `env` changes the folder: posix_spawn's own way is not in Swift's view of glibc.
        let words = (["env", "-C", folder.path, command] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, words, variables)
        guard code == 0 else { throw NotStarted(command: command, code: code) }
        identifier = child
    }

    deinit {
        if status == nil {
            kill(identifier, SIGKILL)
            waitForExit()
        }
        try? FileManager.default.removeItem(atPath: outputFile)
        try? FileManager.default.removeItem(atPath: errorFile)
    }

    /// Waits for the end; the exit code, or the negative number of the signal that ended it.
    @discardableResult
    func waitForExit() -> Int32 {
        if let status { return status }
        var word: Int32 = 0
        while waitpid(identifier, &word, 0) == -1 && errno == EINTR {}
        let signal = word & 0x7f
        let result = signal == 0 ? (word >> 8) & 0xff : -signal
        status = result
        return result
    }

    var output: String { (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }
}
