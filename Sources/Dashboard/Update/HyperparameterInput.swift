import Glibc
import Runs
import Screen

extension Hyperparameter {
    /// What the editor says it may be.
    var hint: String { kind.hint + (word.map { ", or \($0)" } ?? "") }

    /// Why a text cannot be its value, in a few words; `nil` when it can. The trainer has the last word.
    func problem(with text: String) -> String? {
        let text = text.filter { $0 != " " }
        return word == text.lowercased() ? nil : kind.problem(with: text)
    }
}

extension Hyperparameter.Kind {
    /// What the editor says below the line: `1e-6 … 1, + and - go 1 → 2 → 5`.
    fileprivate var hint: String {
        switch self {
        case .logarithmic(let low, let high), .linear(let low, let high, _):
            high.isFinite
                ? "\(Numbers.general(low)) … \(Numbers.general(high))"
                : "a number from \(Numbers.general(low))"
        case .integer(let low, let high, _):
            high > 1_000_000_000 ? "a whole number from \(low)" : "a whole number, \(low) … \(high)"
        case .choice(let names): names.joined(separator: " | ")
        case .toggle: "true | false"
        }
    }

    fileprivate func problem(with text: String) -> String? {
        guard !text.isEmpty else { return "no value" }
        switch self {
        case .logarithmic(let low, let high), .linear(let low, let high, _):
            guard let value = Double(text), !value.isNaN else { return "not a number" }
            return value < low
                ? "below \(Numbers.general(low))" : value > high ? "above \(Numbers.general(high))" : nil
        case .integer(let low, let high, _):
            guard let value = Int(text) else { return "not a whole number" }
            return value < low ? "below \(low)" : value > high ? "above \(high)" : nil
        case .choice(let names): return names.contains(text) ? nil : "one of \(names.joined(separator: ", "))"
        case .toggle: return Self.toggled(text) == nil ? "true or false" : nil
        }
    }

    /// The next value up or down; `nil` at the end of the range or when the text is no value.
    func nudged(_ text: String, up: Bool) -> String? {
        switch self {
        case .logarithmic(let low, let high):
            guard let value = Double(text), value.isFinite else { return up ? nil : Self.text(high) }
            let next = min(high, max(low, Self.step125(value, up: up)))
            return next == value ? nil : Self.text(next)
        case .linear(let low, let high, let step):
            guard let value = Double(text), value.isFinite else { return up ? nil : Self.text(high) }
            // Whole steps, so that 0.1 + 0.2 reads 0.3.
            let steps = ((value / step) * 1e6).rounded() / 1e6
            let count = up ? steps.rounded(.down) + 1 : steps.rounded(.up) - 1
            let next = min(high, max(low, (count * step * 1e9).rounded() / 1e9))
            return next == value ? nil : Self.text(next)
        case .integer(let low, let high, let step):
            guard let value = Int(text) else { return up ? nil : String(min(high, max(low, 10 * step))) }
            let (sum, overflow) = value.addingReportingOverflow(up ? step : -step)
            let next = min(high, max(low, overflow ? (up ? high : low) : sum))
            return next == value ? nil : String(next)
        case .choice(let names):
            guard !names.isEmpty else { return nil }
            let index = names.firstIndex(of: text) ?? (up ? -1 : 0)
            let next = names[(index + (up ? 1 : names.count - 1)) % names.count]
            return next == text ? nil : next
        case .toggle: return Self.toggled(text)
        }
    }

    private static func toggled(_ text: String) -> String? {
        ["true": "false", "false": "true", "on": "off", "off": "on", "yes": "no", "no": "yes"][
            text.lowercased()]
    }

    /// The neighbour of a value in … 0.1, 0.2, 0.5, 1, 2, 5, 10 …; from 0 upwards the first is 1e-6.
    private static func step125(_ value: Double, up: Bool) -> Double {
        guard value > 0 else { return up ? 1e-6 : 0 }
        let exponent = Int(log10(value).rounded(.down))
        let steps = (exponent - 1...exponent + 1).flatMap { power in
            [1, 2, 5].map { Double("\($0)e\(power)") ?? value }
        }
        let slack = value * 1e-6
        return up ? steps.first { $0 > value + slack } ?? value : steps.last { $0 < value - slack } ?? value
    }

    private static func text(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
