@preconcurrency import Glibc

/// Where results are printed, and whether they arrive.
///
/// `print` tells nobody when the disk is full; a script that keeps a result would take an empty file for one.
struct StandardOutput {
    /// Whether there was none when the program started.
    private let isClosed: Bool

    /// Takes the places of standard streams that are closed, which the next files to be opened would otherwise get: a log
    /// would be printed into.
    init() {
        isClosed = fcntl(1, F_GETFD) == -1
        for (descriptor, device) in [(Int32(0), "/dev/null"), (1, "/dev/full"), (2, "/dev/null")]
        where fcntl(descriptor, F_GETFD) == -1 {
            let opened = open(device, O_RDWR)
            if opened >= 0, opened != descriptor {
                dup2(opened, descriptor)
                close(opened)
            }
        }
    }

    /// Ends the program; where what was printed did not all arrive, with a line that says so and a code that is not 0.
    func leave(_ code: Int32) -> Never {
        guard let fault = fault() else { exit(code) }
        StandardError.say("cnntop: standard output cannot be written: \(fault); what is there is not all")
        exit(code == 0 ? 2 : code)
    }

    /// Nil where all has arrived, or the reader wanted no more, as in `cnntop runs | head -1`.
    private func fault() -> String? {
        let isFlushed = fflush(stdout) == 0
        let code = errno
        guard !isFlushed || ferror(stdout) != 0, !hasLostItsReader else { return nil }
        if isClosed { return "it is closed" }
        return isFlushed ? "the disk was full, or the device gone" : String(cString: strerror(code))
    }

    private var hasLostItsReader: Bool {
        var event = pollfd(fd: 1, events: 0, revents: 0)
        return poll(&event, 1, 0) == 1 && event.revents & Int16(POLLERR) != 0
    }
}
