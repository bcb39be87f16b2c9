import Foundation
import Testing

/// `cnntop` in a real terminal: a tmux server of its own with one window.
final class TerminalSession {
    /// Why a test must be skipped where it is not `nil`.
    static let missing: Comment? =
        ["/usr/bin/tmux", "/usr/local/bin/tmux"].contains { FileManager.default.isExecutableFile(atPath: $0) }
        ? nil : "tmux is not installed (apt-get install tmux)"

    /// The screen did not come to show what the test waited for.
    struct NeverShown: Error, CustomStringConvertible {
        var wanted: String
        var screen: String
        var description: String { "the screen never showed \(wanted); it shows\n\(screen)" }
    }

    private let server = "cnntop-test-\(UUID())"
    private let folder: Folder

    /// Starts `cnntop` with the words of `command` in a window of `width × height` cells.
    init(
        _ command: String, in folder: Folder, width: Int = 80, height: Int = 24,
        term: String = "tmux-256color",
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        let settings = Program.variables(for: folder).merging(environment) { $1 }
            .filter {
                ["CNNTOP_PRESETS", "CNNTOP_RUNS", "LC_ALL"].contains($0.key) || environment[$0.key] != nil
            }
            .map { "\($0.key)='\($0.value)'" }.sorted().joined(separator: " ")
        // A shell around the program: Ctrl-Z needs job control, and its last line tells the exit status.
        try tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", "\(width)", "-y", "\(height)", "-c", folder.path,
            "bash --norc --noprofile")
        try tmux("set-option", "-g", "status", "off")
        type("PS1='$ '; \(settings.isEmpty ? "" : "export \(settings);") export TERM=\(term); clear")
        press("Enter")
        type("'\(Program.path)' \(command); echo \"exit status: $?\"")
        press("Enter")
    }

    deinit {
        _ = try? Program.execute("/usr/bin/env", ["tmux", "-L", server, "kill-server"], in: folder)
    }

    /// Presses keys by their tmux names: `Enter`, `Escape`, `C-c`, `Up`, `q`.
    func press(_ keys: String...) {
        for key in keys { send(key) }
    }

    /// Types text as it stands.
    func type(_ text: String) {
        send("-l", text)
    }

    /// A key that tmux did not take is a fault of the test's terminal and not of the program.
    private func send(_ words: String...) {
        do {
            let outcome = try Program.execute(
                "/usr/bin/env", ["tmux", "-L", server, "send-keys"] + words, in: folder)
            if outcome.status != 0 { Issue.record("tmux did not take \(words): \(outcome)") }
        } catch {
            Issue.record("tmux was not started for \(words): \(error)")
        }
    }

    func resize(width: Int, height: Int) {
        _ = try? tmux("resize-window", "-x", "\(width)", "-y", "\(height)")
    }

    /// The characters on the screen, one line a row.
    var screen: String {
        (try? tmux("capture-pane", "-p")) ?? ""
    }

    /// The process of the program that has the terminal now.
    func foregroundProcess() throws -> pid_t {
        let shell = try tmux("display-message", "-p", "#{pane_pid}").trimmingCharacters(
            in: .whitespacesAndNewlines)
        let children = try String(contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
        return try #require(
            children.split(separator: " ").last.flatMap { pid_t($0) }, "no program in the terminal")
    }

    /// Waits until the screen satisfies `condition` (at most `seconds`) and returns it.
    @discardableResult
    func wait(for wanted: String, seconds: Double = 30, _ condition: (String) -> Bool) throws -> String {
        let end = Date(timeIntervalSinceNow: seconds)
        while true {
            let screen = screen
            if condition(screen) { return screen }
            if Date() > end { throw NeverShown(wanted: wanted, screen: screen) }
            usleep(50_000)
        }
    }

    /// Waits until `text` stands somewhere on the screen and returns the screen.
    @discardableResult
    func wait(for text: String, seconds: Double = 30) throws -> String {
        try wait(for: "“\(text)”", seconds: seconds) { $0.contains(text) }
    }

    @discardableResult
    private func tmux(_ arguments: String...) throws -> String {
        let outcome = try Program.execute("/usr/bin/env", ["tmux", "-L", server] + arguments, in: folder)
        return outcome.output
    }
}

/// Waits until `condition` holds, at most `seconds`.
func eventually(_ wanted: String, seconds: Double = 30, _ condition: () throws -> Bool) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while try !condition() {
        if Date() > end {
            Issue.record("never came true: \(wanted)")
            return
        }
        usleep(50_000)
    }
}
