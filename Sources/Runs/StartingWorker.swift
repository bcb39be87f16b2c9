import Glibc

/// A worker between its start and its first answer on the control socket.
public final class StartingWorker {
    public let directory: RunDirectory
    let process: Int32
    private let client: ControlClient
    /// Where this worker's own words begin in `worker.log`.
    private let logStart: Int
    private let patience: Double
    private let deadline: Double

    init(process: Int32, directory: RunDirectory, logStart: Int, patience: Double) {
        self.process = process
        self.directory = directory
        self.logStart = logStart
        self.patience = patience
        client = ControlClient(directory)
        deadline = monotonicSeconds() + patience
    }

    /// Waits until `isReady`.
    public func waitUntilReady() throws(WorkerLaunchError) {
        while !(try isReady()) { usleep(5_000) }
    }

    /// Whether the worker answers, or has already done its work; does not wait.
    ///
    /// - Throws: `WorkerLaunchError` when it ended with a fault, or was silent for longer than the patience.
    public func isReady() throws(WorkerLaunchError) -> Bool {
        var status: Int32 = 0
        if waitpid(process, &status, WNOHANG) == process {
            // A run may be over before anybody looks; that is no failure.
            if status == 0 { return true }
            let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            let line = WorkerLauncher.lastLine(of: directory.workerLog, after: logStart)
            throw .ended(exitCode: code, line: line, log: directory.workerLog)
        }
        if (try? client.connect()) != nil {
            client.disconnect()
            takeExitStatus()
            return true
        }
        guard monotonicSeconds() < deadline else {
            takeExitStatus()
            throw .silent(log: directory.workerLog, seconds: Int(patience))
        }
        return false
    }

    /// Someone has to take it, or a worker that ends before its dashboard stays as a zombie.
    private func takeExitStatus() {
        let process = process
        _ = startThread {
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        }
    }
}
