import Networks

/// A layer's options with the checks that keep later arithmetic safe.
struct KerasOptions {
    let json: JSONValue
    let layer: String
    let path: String

    /// Larger than any size in a network that runs.
    private static let most = 1 << 24

    func error(_ reason: WeightFileError.Reason) -> WeightFileError { WeightFileError(path, reason) }

    func damaged(_ key: String) -> WeightFileError {
        error(
            .damaged("layer \(inQuotes(layer)): \(key) is \(json[key] == nil ? "missing" : "no valid value")")
        )
    }

    func integer(_ key: String, _ fallback: Int? = nil) throws(WeightFileError) -> Int {
        guard let value = json[key] else {
            guard let fallback else { throw damaged(key) }
            return fallback
        }
        guard let integer = value.integer, (0...Self.most).contains(integer) else { throw damaged(key) }
        return integer
    }

    func number(_ key: String, _ fallback: Double) throws(WeightFileError) -> Double {
        guard let value = json[key] else { return fallback }
        guard let number = value.number else { throw damaged(key) }
        return number
    }

    func flag(_ key: String, _ fallback: Bool) -> Bool { json[key]?.bool ?? fallback }
    func text(_ key: String) -> String? { json[key]?.text }

    /// `n`, `[n]` or `[rows, columns]`; for signals the one number counts along the columns.
    func extent(_ key: String, isSignal: Bool, _ fallback: Extent? = nil) throws(WeightFileError) -> Extent {
        guard let value = json[key] else {
            guard let fallback else { throw damaged(key) }
            return fallback
        }
        let numbers = try (value.array ?? [value]).map { (number) throws(WeightFileError) in
            guard let integer = number.integer, (0...Self.most).contains(integer) else { throw damaged(key) }
            return integer
        }
        switch (numbers.count, isSignal) {
        case (1, true): return Extent(rows: 1, columns: numbers[0])
        case (1, false): return Extent(numbers[0])
        case (2, false): return Extent(rows: numbers[0], columns: numbers[1])
        default: throw damaged(key)
        }
    }

    /// `n`, `[rows, columns]` or `[[top, bottom], [left, right]]`.
    func borders(_ key: String, isSignal: Bool) throws(WeightFileError) -> [Int] {
        func flat(_ value: JSONValue) -> [JSONValue] { value.array?.flatMap(flat) ?? [value] }
        let values = json[key].map(flat) ?? []
        let numbers = values.compactMap { $0.integer.flatMap { (0...(1 << 16)).contains($0) ? $0 : nil } }
        guard numbers.count == values.count else { throw damaged(key) }
        switch (numbers.count, isSignal) {
        case (1, true): return [0, 0, numbers[0], numbers[0]]
        case (2, true): return [0, 0, numbers[0], numbers[1]]
        case (1, false): return Array(repeating: numbers[0], count: 4)
        case (2, false): return [numbers[0], numbers[0], numbers[1], numbers[1]]
        case (4, false): return numbers
        default: throw damaged(key)
        }
    }

    /// Keras counts axes with the batch as 0; from the end when negative.
    func isChannelAxis(_ key: String, rank: Int, isChannelsFirst: Bool) -> Bool {
        guard let value = json[key] else { return true }
        let axis = value.integer ?? (value.array?.count == 1 ? value.array?.first?.integer : nil)
        return axis == (isChannelsFirst ? 1 : rank) || (axis == -1 && (!isChannelsFirst || rank == 1))
    }
}
