/// Why a model's file from another program could not be used.
public struct WeightFileError: Error, Equatable, CustomStringConvertible {
    public enum Reason: Sendable, Equatable {
        case cannotOpen(String)
        /// Starts like none of the formats that were tried.
        case notRecognized(expected: String)
        /// `what` needs more bytes than there are.
        case truncated(what: String, needed: Int, left: Int)
        case damaged(String)
        /// Reading on would run code or fill the memory.
        case refused(String, instead: String)
        /// Valid, but nothing this program has an equal for.
        case unsupported(String, instead: String)
        case noTensors(found: String)
        case safetensors(SafetensorsError)
    }

    public let path: String
    public let reason: Reason

    public init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    public var description: String {
        if case .safetensors(let error) = reason { error.description } else { "\(path): \(text)" }
    }

    private var text: String {
        switch reason {
        case .cannotOpen(let reason): "cannot be read (\(reason))"
        case .notRecognized(let expected): "not a file of weights; expected \(expected)"
        case .truncated(let what, let needed, let left):
            "\(what) needs \(needed) bytes but \(left) are left; the file was cut short or damaged, fetch it again"
        case .damaged(let reason): "damaged: \(reason); fetch it again"
        case .refused(let what, let instead): "\(what) is refused; \(instead)"
        case .unsupported(let what, let instead): "\(what) is not supported; \(instead)"
        case .noTensors(let found): "holds no named tensors (found \(found)); save the model's state_dict()"
        case .safetensors(let error): error.description
        }
    }
}

/// Text from a file for a message of one line: control characters shown, long ones cut.
func inQuotes(_ text: String, longest: Int = 60) -> String { "“\(shown(text, longest: longest))”" }

/// The same without quotes.
func shown(_ text: String, longest: Int = 100) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(longest) {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: shown.unicodeScalars.append("·")
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > longest ? shown + "…" : shown
}
