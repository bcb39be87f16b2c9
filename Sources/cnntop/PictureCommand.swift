import ArgumentParser
import Dashboard
import Pictures
import Runs
import Screen
import Screenshots

/// A dashboard's frame as a PNG, without a terminal: for reports, and for the README's own pictures.
struct PictureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "picture",
        abstract: "Write the dashboard of a run as a PNG.",
        discussion: """
            The picture shows what a dashboard of that size would, after the keys that are pressed on it.

            EXAMPLES
              cnntop picture fashion-mnist-01 -o run.png
              cnntop picture fashion-mnist-01 --size 160x50 --keys "3<Enter>" -o filters.png
            """.flowing
    )

    @OptionGroup var runs: RunsOption

    @Argument(
        help: ArgumentHelp(
            "A run (name or folder), or a recording: a file with one event as JSON a line.", valueName: "run")
    )
    var source: String

    @Option(name: [.short, .customLong("output")], help: "The PNG file to write.")
    var output: String

    @Option(help: "Columns x rows.")
    var size = Size(width: 120, height: 40)

    @Option(help: "Keys to press first, such as \"l3<Enter>\".")
    var keys = ""

    @Option(help: ArgumentHelp("Colours: \(DisplayOptions.themeNames).", valueName: "name"))
    var theme = Theme.dark

    @Option(help: "Height of the letters in pixels.")
    var fontSize = 18

    func validate() throws {
        guard (8...64).contains(fontSize) else {
            throw ValidationError("--font-size \(fontSize): expected 8 to 64 pixels")
        }
    }

    func run() throws {
        let (name, events, threshold) = try recorded()
        let last = events.last { $0.iteration != nil }
        var state = State(run: name, capabilities: Capabilities(), theme: theme, size: size)
        _ = update(&state, .runOpened(name))
        _ = update(&state, .thresholdFound(threshold))
        _ = update(&state, .events(events))
        _ = update(&state, .connection(last.map(\.isStop) ?? false ? .finished : .none))
        for key in try KeySequence(keys).keys { _ = update(&state, .input(.key(key))) }
        try Picture(of: frame(state, size), theme: state.theme, fontSize: fontSize).write(to: output)
    }

    private func recorded() throws -> (name: String, events: [RunEvent], threshold: Double?) {
        guard source.hasSuffix(".jsonl") else {
            let directory = try RunDirectory.find(source, in: runs.directory)
            var reader = EventLogReader(directory)
            return (directory.name, reader.poll(), directory.threshold)
        }
        let events = try Recording.events(in: source)
        guard case .described(let description)? = events.first else { return (source, events, nil) }
        return (description.run, events, nil)
    }
}

extension RunEvent {
    fileprivate var isStop: Bool {
        if case .stopped = self { true } else { false }
    }
}

extension Size: ExpressibleByArgument {
    /// `160x50`.
    public init?(argument: String) {
        let parts = argument.lowercased().split(separator: "x").compactMap { Int($0) }
        guard parts.count == 2, (1...1000).contains(parts[0]), (1...1000).contains(parts[1]) else {
            return nil
        }
        self.init(width: parts[0], height: parts[1])
    }

    public var defaultValueDescription: String { "\(width)x\(height)" }
}
