/// Reads a run's events from its event files and goes on as they grow.
///
/// A torn last record is waited for, a damaged one is skipped with a warning among the events, records of other
/// programs are passed over. When a later session resumed from an earlier iteration, what was logged beyond it is
/// dropped from the events that are still in hand; whoever has them already rewinds at that session's `described`.
public struct EventLogReader {
    private let directory: RunDirectory
    private var files: [TailedEventFile] = []
    private var iteration = 0

    public init(_ directory: RunDirectory) {
        self.directory = directory
    }

    /// The events since the last look, in order.
    public mutating func poll() -> [RunEvent] {
        var events: [RunEvent] = []
        for path in directory.eventFiles where !files.contains(where: { $0.path == path }) {
            files.append(TailedEventFile(path: path))
        }
        // Only the last file grows, but the one before may have done so since the last look.
        for index in files.indices { read(index, into: &events) }
        return events
    }

    private mutating func read(_ index: Int, into events: inout [RunEvent]) {
        var file = files[index]
        var found: [RunEvent] = []
        var iteration = iteration
        func warn(_ text: String) {
            found.append(.noted(Note(.warning, "\(file.name): \(text)", iteration: iteration)))
        }
        var copy = file
        copy.read { record in
            do {
                guard let event = try EventDecoder.event(of: record) else { return }
                iteration = event.iteration ?? iteration
                found.append(event)
            } catch {
                warn("passed over a record: \(error)")
            }
        } damaged: { range in
            warn("skipped \(range.count) damaged bytes at \(range.lowerBound)")
        }
        file = copy
        files[index] = file
        self.iteration = iteration
        for event in found { Self.append(event, to: &events) }
    }

    private static func append(_ event: RunEvent, to events: inout [RunEvent]) {
        if case .described(let description) = event {
            events.removeAll { ($0.iteration ?? 0) > description.firstIteration }
        }
        events.append(event)
    }
}

extension TailedEventFile {
    var name: String { String(path.split(separator: "/").last ?? "") }
}
