import Runs

/// Everything there is to know about one option: how it is called, shown, checked, read and written.
public struct OptionDescription: Sendable {
    /// Its name in presets and `--set`.
    public let key: String
    /// Its name in the dashboard's panel.
    public let title: String
    /// One line for `--help`, the default included.
    public let help: String
    public let kind: Hyperparameter.Kind
    /// A word that stands for a number: `inf`, `all`, `declared`.
    public let word: String?
    /// Whether it can be changed while a run is going.
    public let isLive: Bool
    /// Solvers and schedules it means something for; empty: all.
    public let solvers: [Solver]
    public let schedules: [LearnRateSchedule]

    let text: @Sendable (Options) -> String
    let assign: @Sendable (String, inout Options) throws(OptionError) -> Void

    /// The option's value as a user would type it.
    public func value(in options: Options) -> String { text(options) }

    /// Takes a value as typed.
    public func set(_ value: String, in options: inout Options) throws(OptionError) {
        try assign(value, &options)
    }

    /// Whether the option has any effect with the solver and schedule in force.
    public func applies(to options: Options) -> Bool {
        (solvers.isEmpty || solvers.contains(options.solverName))
            && (schedules.isEmpty || options.learnRateSchedule.parts.contains { schedules.contains($0) })
    }

    func hyperparameter(in options: Options) -> Hyperparameter {
        Hyperparameter(
            key: key, title: title, value: text(options), kind: kind, isLive: isLive, word: word)
    }
}

/// What an option's number may be, and the words that stand for special numbers.
struct NumberRule: Sendable {
    var minimum: Double
    var maximum: Double
    /// Whether `minimum` itself is excluded.
    var isOpen = false
    var isInteger = false
    /// `inf`, `all`: the word and the number it stands for.
    var word: (name: String, value: Double)?
    var example: String

    /// `a number above 0, like 0.01`, `a whole number from 1, like 128, or 'all'`.
    var expected: String { expected(namingTop: maximum < 1e15) }

    /// A top that nobody reaches is named only to who went beyond it.
    private func expected(namingTop: Bool) -> String {
        let noun = isInteger ? "a whole number" : "a number"
        let from =
            minimum == -.infinity
            ? "" : isOpen ? " above \(optionText(minimum))" : " from \(optionText(minimum))"
        let to = !namingTop || maximum == .infinity ? "" : " to \(optionText(maximum))"
        return "\(noun)\(from)\(to), like \(example)" + (word.map { ", or '\($0.name)'" } ?? "")
    }

    func parse(_ text: String, key: String) throws(OptionError) -> Double {
        if let word, text.lowercased() == word.name { return word.value }
        guard let number = Double(text), !number.isNaN else {
            throw .notANumber(key: key, found: text, expected: expected)
        }
        let fits = number >= minimum && number <= maximum && !(isOpen && number == minimum)
        guard fits, !isInteger || number == number.rounded() else {
            let wanted = expected(namingTop: number > maximum || maximum < 1e15)
            throw .outOfRange(key: key, found: text, expected: wanted)
        }
        return number
    }
}

/// A number in the shortest form that reads back the same: `0.01`, `1e-05`, `30`, `inf`.
func optionText(_ number: Double) -> String {
    if number == number.rounded(), abs(number) <= 1e15 { return String(Int(number)) }
    return String(number)
}
