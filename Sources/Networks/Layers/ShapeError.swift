/// Why a layer cannot take the shapes it is given. The network adds the layer's name.
public enum ShapeError: Error, Equatable, CustomStringConvertible {
    public enum Axis: String, Sendable {
        case channels, height, width
    }

    /// A window does not fit: `extent` positions are needed, `found` plus `padding` are there.
    case tooSmall(axis: Axis, found: Int, padding: Int, extent: Int)
    case notDivisible(_ what: String, found: Int, by: Int, of: String)
    case mismatch(axis: Axis, found: Int, expected: Int, input: Int)
    case inputCount(found: Int, expected: ClosedRange<Int>)
    /// An option of the layer itself makes no sense.
    case badOption(_ option: String, found: String, expected: String)
    /// More numbers than the engine can address.
    case tooLarge(_ what: String, count: Double, most: Int)

    public var description: String {
        switch self {
        case .tooSmall(let axis, let found, let padding, let extent):
            "\(axis) \(found)\(padding > 0 ? " + padding \(padding)" : "") is less than the window's \(extent); "
                + "use a smaller kernel, more padding, or fewer poolings before it"
        case .notDivisible(let what, let found, let by, let of):
            "\(what) \(found) cannot be divided by \(by) \(of); make it a multiple of \(by)"
        case .mismatch(let axis, let found, let expected, let input):
            "\(axis) \(found) of input \(input) differs from \(expected) of input 1; make them equal"
        case .inputCount(let found, let expected):
            "has \(found) \(found == 1 ? "input" : "inputs"), takes \(Self.amount(expected))"
        case .badOption(let option, let found, let expected):
            "\(option) is \(found), must be \(expected)"
        case .tooLarge(let what, let count, let most):
            "its \(what) would take \(Self.amount(count)) numbers, at most \(most) are possible; "
                + "make the layer or its input smaller"
        }
    }

    private static func amount(_ count: Double) -> String {
        count < 1e15 ? "\(Int(count))" : "\(count)"
    }

    private static func amount(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == range.upperBound { return "\(range.lowerBound)" }
        return range.upperBound == .max
            ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
    }
}
