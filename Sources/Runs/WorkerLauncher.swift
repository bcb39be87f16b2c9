import Glibc

/// Starts the trainer as a process of its own, which neither a closed terminal nor a killed dashboard touches.
public enum WorkerLauncher {
    /// Starts this program with the arguments, in a new session, with its output in the run's `worker.log`, and waits
    /// until it listens on its control socket.
    ///
    /// - Parameter patience: seconds; loading a large data set may take a while.
    /// - Returns: the worker's process number.
    @discardableResult
    public static func launch(
        _ arguments: [String], for directory: RunDirectory, patience: Double = 60
    ) throws(WorkerLaunchError) -> Int32 {
        try launch(executable: executable(), arguments, for: directory, patience: patience)
    }

    package static func launch(
        executable: String, _ arguments: [String], for directory: RunDirectory, patience: Double
    ) throws(WorkerLaunchError) -> Int32 {
        let worker = try begin(executable: executable, arguments, for: directory, patience: patience)
        try worker.waitUntilReady()
        return worker.process
    }

    /// Starts the worker as `launch` does, and leaves the waiting to those who have a screen to draw meanwhile.
    public static func begin(
        _ arguments: [String], for directory: RunDirectory, patience: Double = 60
    ) throws(WorkerLaunchError) -> StartingWorker {
        try begin(executable: executable(), arguments, for: directory, patience: patience)
    }

    private static func begin(
        executable: String, _ arguments: [String], for directory: RunDirectory, patience: Double
    ) throws(WorkerLaunchError) -> StartingWorker {
        let logStart = size(of: directory.workerLog)
        let process = try spawn(executable, arguments, log: directory.workerLog)
        return StartingWorker(process: process, directory: directory, logStart: logStart, patience: patience)
    }

    /// This program's file; where it was replaced meanwhile, the kernel still knows the one that runs.
    static func executable() -> String {
        var room = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &room, room.count - 1)
        let path = String(decoding: room.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return access(path, X_OK) == 0 ? path : "/proc/self/exe"
    }

    static func spawn(_ executable: String, _ arguments: [String], log: String) throws(WorkerLaunchError)
        -> Int32
    {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        keepDescriptorsToOurselves()

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID of <spawn.h> (also a new process group), which the importer leaves out.
        let newSession: Int16 = 0x80
        posix_spawnattr_setflags(
            &attributes, newSession | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)

        var words = ([executable] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var process: pid_t = 0
        let result = posix_spawn(&process, executable, &actions, &attributes, words, environ)
        guard result == 0 else {
            throw .notStarted(executable: executable, log: log, SystemFault(code: result))
        }
        return process
    }

    /// A worker that held on to a terminal's or a pipe's descriptor would keep its other end waiting.
    private static func keepDescriptorsToOurselves() {
        for descriptor in names(in: "/proc/self/fd").compactMap({ Int32($0) }) where descriptor > 2 {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The last line that is not blank among what was written after a byte position.
    static func lastLine(of path: String, after start: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let end = Int(lseek(descriptor, 0, SEEK_END))
        let from = max(start, end - 4096)
        guard end > from else { return nil }
        var bytes = [UInt8](repeating: 0, count: end - from)
        let count = pread(descriptor, &bytes, bytes.count, off_t(from))
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        return lines.last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
    }
}

/// Why a worker did not come up.
public enum WorkerLaunchError: Error, Equatable, CustomStringConvertible {
    case notStarted(executable: String, log: String, SystemFault)
    /// It ended at once; `line` is its own last word.
    case ended(exitCode: Int32, line: String?, log: String)
    case silent(log: String, seconds: Int)

    public var description: String {
        switch self {
        case .notStarted(let executable, let log, let fault):
            "\(executable): cannot start the worker: \(fault) (its output would go to \(log))"
        case .ended(let exitCode, let line, let log):
            // The worker has put the program's name before its words, as this one will.
            line.map { $0.hasPrefix("cnntop: ") ? String($0.dropFirst(8)) : $0 }
                ?? "the worker ended with exit code \(exitCode) without a word; see \(log)"
        case .silent(let log, let seconds):
            "the worker did not answer within \(seconds) s; see \(log)"
        }
    }

    /// What the program should end with: the worker's own code for wrong input, 4 for a worker that died.
    public var exitCode: Int32 {
        if case .ended(let code, _, _) = self, (1...4).contains(code) { return code }
        return 4
    }
}
