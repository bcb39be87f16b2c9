import Glibc

/// Numbers as a narrow column wants them.
public enum Numbers {
    /// `1,204`.
    public static func grouped(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([Substring(digits)] + groups).joined(separator: ",")
    }

    /// Three figures and a unit: `987`, `33.1k`, `1.25M`.
    public static func compact(_ value: Double) -> String {
        guard value.isFinite else { return words(value) }
        for (unit, scale) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where abs(value) >= scale * 0.9995 {
            let scaled = value / scale
            return fixed(scaled, decimals: abs(scaled) < 9.995 ? 2 : abs(scaled) < 99.95 ? 1 : 0) + unit
        }
        return fixed(value, decimals: value == value.rounded() || abs(value) >= 100 ? 0 : 1)
    }

    /// With so many decimals: `0.412`; `NaN`, `inf`.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return words(value) }
        guard abs(value) < 1e15 else { return general(value) }
        let scale = pow(10, Double(decimals))
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e15 else { return general(value) }
        let whole = Int(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let digits = String(whole)
        let filled = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + filled.dropLast(decimals) + "." + filled.suffix(decimals)
    }

    /// At most four significant figures, the shortest way: `0.412`, `1e-4`, `2.3e7`.
    public static func general(_ value: Double) -> String {
        guard value.isFinite else { return words(value) }
        guard value != 0 else { return "0" }
        let exponent = Int(log10(abs(value)).rounded(.down))
        if (-3..<6).contains(exponent) { return trimmed(fixed(value, decimals: max(0, 3 - exponent))) }
        let mantissa = trimmed(fixed(value / pow(10, Double(exponent)), decimals: 2))
        return mantissa == "10" ? "1e\(exponent + 1)" : "\(mantissa)e\(exponent)"
    }

    /// A learning rate: no leading zero, exponents for the tiny: `.01`, `5e-4`, `1`.
    public static func rate(_ value: Double) -> String {
        guard value.isFinite, abs(value) >= 1e-3 || value == 0 else { return general(value) }
        return unpadded(general(value))
    }

    /// A share as `.891`; `1.00`.
    public static func share(_ value: Double) -> String {
        guard value.isFinite else { return words(value) }
        return value >= 0.9995 ? "1.00" : unpadded(fixed(value, decimals: 3))
    }

    /// With so many decimals and no leading zero: `.0470`.
    public static func unpadded(_ value: Double, decimals: Int) -> String {
        unpadded(fixed(value, decimals: decimals))
    }

    /// `0:31`, `1:02:07`, `3d 04h`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let total = Int(max(0, seconds).rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60)
        if days > 0 { return "\(days)d \(two(hours))h" }
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(total % 60))" : "\(minutes):\(two(total % 60))"
    }

    /// The ticks of an axis, all with the decimals that their distance asks for.
    public static func labels(for ticks: [Double]) -> [String] {
        let gaps = zip(ticks.dropFirst(), ticks).map { $0 - $1 }
        guard let gap = gaps.min(), gap > 0, let largest = ticks.map({ abs($0) }).max() else {
            return ticks.map(general)
        }
        if largest >= 1000, gap >= 10 { return ticks.map(rounded) }
        let isEven = (gaps.max() ?? gap) < gap * 1.01
        guard isEven, gap >= 1e-4 else { return ticks.map(general) }
        let decimals = max(0, -Int((log10(gap) + 1e-9).rounded(.down)))
        return ticks.map { fixed($0, decimals: decimals) }
    }

    /// `0`, `500`, `1.5k`, `2k`: a round number the short way.
    private static func rounded(_ value: Double) -> String {
        let text = compact(value)
        guard let unit = text.last, unit.isLetter else { return text }
        return trimmed(String(text.dropLast())) + String(unit)
    }

    private static func words(_ value: Double) -> String { value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var kept = Substring(text)
        while kept.last == "0" { kept.removeLast() }
        if kept.last == "." { kept.removeLast() }
        return String(kept)
    }

    private static func unpadded(_ text: String) -> String {
        text.hasPrefix("0.")
            ? String(text.dropFirst()) : text.hasPrefix("-0.") ? "-" + text.dropFirst(2) : text
    }
}

extension Double {
    /// With so many significant figures: 0.01234 to 2 is 0.012.
    public func rounded(toFigures figures: Int) -> Double {
        guard isFinite, self != 0 else { return self }
        let scale = pow(10, Double(figures - 1) - log10(abs(self)).rounded(.down))
        return scale.isFinite ? (self * scale).rounded() / scale : self
    }
}
