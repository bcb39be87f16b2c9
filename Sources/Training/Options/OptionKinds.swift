import Runs

// The four kinds of options, each made from a key path into `Options`.
extension OptionDescription {
    typealias RealPath = any WritableKeyPath<Options, Double> & Sendable
    typealias IntegerPath = any WritableKeyPath<Options, Int> & Sendable

    static func real(
        _ key: String, _ title: String, _ path: RealPath, _ rule: NumberRule, step: Double? = nil, live: Bool,
        solvers: [Solver] = [], schedules: [LearnRateSchedule] = [], _ help: String
    ) -> OptionDescription {
        let kind: Hyperparameter.Kind =
            step.map { .linear(minimum: rule.minimum, maximum: rule.maximum, step: $0) }
            ?? .logarithmic(minimum: rule.minimum, maximum: rule.maximum)
        return OptionDescription(
            key: key, title: title, help: help, kind: kind, word: rule.word?.name, isLive: live,
            solvers: solvers,
            schedules: schedules,
            text: { options in
                let value = options[keyPath: path]
                return rule.word?.value == value ? rule.word?.name ?? "" : optionText(value)
            },
            assign: { (text, options) throws(OptionError) in
                options[keyPath: path] = try rule.parse(text, key: key)
            })
    }

    static func integer(
        _ key: String, _ title: String, _ path: IntegerPath, from minimum: Int,
        to maximum: Int = Int.max, like example: Int,
        word: String? = nil, step: Int = 1, live: Bool, schedules: [LearnRateSchedule] = [], _ help: String
    ) -> OptionDescription {
        let rule = NumberRule(
            minimum: Double(minimum), maximum: min(Double(maximum), 1e15), isInteger: true,
            word: word.map { ($0, .infinity) },
            example: String(example))
        return OptionDescription(
            key: key, title: title, help: help,
            kind: .integer(minimum: minimum, maximum: maximum, step: step),
            word: word, isLive: live, solvers: [], schedules: schedules,
            text: { options in
                let value = options[keyPath: path]
                return value == Int.max ? word ?? "inf" : String(value)
            },
            assign: { (text, options) throws(OptionError) in
                let number = try rule.parse(text, key: key)
                options[keyPath: path] = number == .infinity ? Int.max : Int(number)
            })
    }

    /// Which layers are frozen; the run adds the names of its own.
    static let freeze = OptionDescription(
        key: "freeze", title: "freeze",
        help:
            "layers that keep their weights: none, backbone (all but the last that learn) or upTo(LAYER) (none)",
        kind: .choice(["none", "backbone"]), word: nil, isLive: true, solvers: [], schedules: [],
        text: { $0.freeze.text },
        assign: { (text, options) throws(OptionError) in options.freeze = Freeze(text) })

    static func choice<Choice: OptionChoice>(
        _ key: String, _ title: String, _ path: any WritableKeyPath<Options, Choice> & Sendable, live: Bool,
        _ help: String
    ) -> OptionDescription {
        let allowed = Choice.allCases.map(\.rawValue)
        return OptionDescription(
            key: key, title: title, help: help, kind: .choice(allowed), word: nil, isLive: live, solvers: [],
            schedules: [],
            text: { $0[keyPath: path].rawValue },
            assign: { (text, options) throws(OptionError) in
                guard let choice = Choice(rawValue: text) else {
                    throw .notAChoice(key: key, found: text, allowed: allowed)
                }
                options[keyPath: path] = choice
            })
    }
}
