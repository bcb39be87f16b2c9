import Spelling

/// Why an option was not taken.
public enum OptionError: Error, Equatable, CustomStringConvertible {
    case unknownKey(String, known: [String])
    case notANumber(key: String, found: String, expected: String)
    case outOfRange(key: String, found: String, expected: String)
    case notAChoice(key: String, found: String, allowed: [String])
    case notAnAssignment(String)
    case fixedOnResume(String)

    public var description: String { explanation.inOneLine }

    private var explanation: String {
        switch self {
        case .unknownKey(let key, let known):
            "no option '\(key)'\(suggestion(for: key, among: known))"
        case .notANumber(let key, let found, let expected):
            "\(key): '\(found)' is not a number; expected \(expected)"
        case .outOfRange(let key, let found, let expected):
            "\(key): \(found) is out of range; expected \(expected)"
        case .notAChoice(let key, let found, let allowed):
            "\(key): '\(found)' is not allowed; expected one of \(allowed.joined(separator: ", "))"
        case .notAnAssignment(let text):
            "'\(text)' is not of the form key=value, like maxEpochs=5"
        case .fixedOnResume(let key):
            "\(key) cannot change when a run is resumed; start a new run with it"
        }
    }
}
