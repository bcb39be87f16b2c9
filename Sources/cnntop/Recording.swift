import Files
import Runs

/// A file with one `RunEvent` as JSON a line.
enum Recording {
    struct Fault: Error, CustomStringConvertible {
        var path: String
        var line: Int
        var description: String {
            "\(path):\(line): not an event of a run; expected a recording with one event as JSON a line"
        }
    }

    static func events(in path: String) throws -> [RunEvent] {
        let text = String(decoding: try InputFile.contents(of: path, atMost: 1 << 30), as: UTF8.self)
        return try text.split(separator: "\n").enumerated().map { index, line in
            guard let event = try? RunEvent(json: line.utf8) else { throw Fault(path: path, line: index + 1) }
            return event
        }
    }
}
