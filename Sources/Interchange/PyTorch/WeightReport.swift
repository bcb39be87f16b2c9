/// What became of each parameter of a network and of each array of a file.
public struct WeightReport: Sendable, Equatable, CustomStringConvertible {
    public struct Mismatch: Sendable, Equatable {
        public var parameter: String
        public var expected: [Int]
        public var name: String
        public var found: [Int]
    }

    /// How many parameters (and running statistics) were set.
    public var matched = 0
    /// Parameters of the network that the file has nothing for.
    public var missing: [String] = []
    /// Arrays of the file that the network has no place for.
    public var unexpected: [String] = []
    public var mismatches: [Mismatch] = []
    /// Whether layers were paired in their order, because no name agreed.
    public var isByOrder = false

    public var isComplete: Bool { missing.isEmpty && mismatches.isEmpty && unexpected.isEmpty }

    /// One line: `62 matched, 1 missing: fc.bias, 1 of another shape: fc.weights 1000×512 in the file 10×512`.
    public var description: String {
        var parts = ["\(matched) matched\(isByOrder ? " in order, their names differ" : "")"]
        if !missing.isEmpty { parts.append("\(missing.count) missing: \(Self.listing(missing))") }
        if !mismatches.isEmpty {
            let texts = mismatches.map {
                "\($0.parameter) \(Self.shape($0.expected)) is \(Self.shape($0.found)) in the file (\(shown($0.name)))"
            }
            parts.append("\(mismatches.count) of another shape: \(Self.listing(texts))")
        }
        if !unexpected.isEmpty { parts.append("\(unexpected.count) unexpected: \(Self.listing(unexpected))") }
        return parts.joined(separator: "; ")
    }

    private static func shape(_ sizes: [Int]) -> String {
        sizes.isEmpty ? "one number" : sizes.map(String.init).joined(separator: "×")
    }

    private static func listing(_ names: [String]) -> String {
        let first = names.prefix(4).map { shown($0) }.joined(separator: ", ")
        return names.count > 4 ? "\(first) and \(names.count - 4) more" : first
    }
}
