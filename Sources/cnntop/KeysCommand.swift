import ArgumentParser
import Dashboard

/// The key table on paper: what `?` shows in the dashboard.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Print all keys of the dashboard as a Markdown table.")

    func run() { print(Keymap.markdown) }
}
