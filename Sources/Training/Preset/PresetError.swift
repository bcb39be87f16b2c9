import Spelling

/// Why a preset cannot be used: where, what was found, what was expected.
public struct PresetError: Error, Equatable, CustomStringConvertible {
    /// `Presets/lenet.yaml:7:5`, or `--set`.
    public var place: String
    public var problem: Problem

    public enum Problem: Equatable, Sendable {
        case notReadable(reason: String)
        case notWritable(reason: String)
        case notYAML(reason: String)
        case unknownKey(String, of: String, known: [String])
        case wrongKind(of: String, found: String, expected: String)
        case missing(key: String, of: String, expected: String)
        case empty(key: String, expected: String)
        case notAChoice(of: String, found: String, allowed: [String])
        case outOfRange(of: String, found: String, expected: String)
        case option(OptionError)
        case network(String)
        case data(String)
    }

    public init(_ place: String, _ problem: Problem) {
        self.place = place
        self.problem = problem
    }

    public var description: String { "\(place): \(explanation)".inOneLine }

    private var explanation: String {
        switch problem {
        case .notReadable(let reason): "cannot read this preset: \(reason)"
        case .notWritable(let reason): "cannot be written: \(reason)"
        case .notYAML(let reason): "not YAML: \(reason)"
        case .unknownKey(let found, let owner, let known):
            "\(owner) has no '\(found)'\(suggestion(for: found, among: known))"
        case .wrongKind(let owner, let found, let expected): "\(owner): found \(found); expected \(expected)"
        case .missing(let key, let owner, let expected): "\(owner) needs '\(key)': \(expected)"
        case .empty(let key, let expected): "'\(key)' is empty; expected \(expected)"
        case .notAChoice(let owner, let found, let allowed):
            "\(owner): '\(found)' is not known\(suggestion(for: found, among: allowed))"
        case .outOfRange(let owner, let found, let expected):
            "\(owner): \(found) is out of range; expected \(expected)"
        case .option(let error): error.description
        case .network(let message), .data(let message): message
        }
    }
}

extension PresetError.Problem {
    /// The same with another word for what has it; `nil` where it does not say what has it, or has another word.
    func renaming(_ name: String, to path: String) -> Self? {
        switch self {
        case .wrongKind(name, let found, let expected): .wrongKind(of: path, found: found, expected: expected)
        case .outOfRange(name, let found, let expected):
            .outOfRange(of: path, found: found, expected: expected)
        case .notAChoice(name, let found, let allowed):
            .notAChoice(of: path, found: found, allowed: allowed)
        default: nil
        }
    }
}

/// There is no preset at all, as when the program was copied without its folder of them.
public struct NoPresets: Error, Equatable, CustomStringConvertible {
    public var searched: [String]

    public init(_ searched: [String]) { self.searched = searched }

    public var description: String {
        "there are none in \(searched.joined(separator: ", ")); give the path of a .yaml file, set "
            + "$CNNTOP_PRESETS to their folder, or install the program with `make install`"
    }
}

/// No preset of that name in any of the places where presets are looked for.
public struct PresetNotFound: Error, Equatable, CustomStringConvertible {
    public var name: String
    public var available: [String]
    public var searched: [String]

    public init(name: String, available: [String], searched: [String]) {
        self.name = name
        self.available = available
        self.searched = searched
    }

    public var description: String {
        guard !available.isEmpty else { return "no preset '\(name)': \(NoPresets(searched))" }
        return "no preset '\(name)'\(suggestion(for: name, among: available))"
            + (nearestWords(to: name, among: available).isEmpty
                ? "" : " There are \(available.joined(separator: ", "))")
    }
}
