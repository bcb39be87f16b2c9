extension Network {
    /// Numbers in one sample's activations or in one parameter: 4 GiB of `Float`, and what BLAS can count.
    static let mostNumbers = 1 << 30
    /// Filters, outputs or groups of one layer.
    static let mostUnits = 1 << 24
    /// Numbers in a pooling's window: max-pooling notes the winner's index as a float, which is exact up to here.
    static let mostPooled = 1 << 24
}

/// Throws `badOption` unless `value` is at least `least` and at most `most`.
func require(
    _ option: String, _ value: Int, atLeast least: Int, atMost most: Int = Network.mostUnits
) throws(ShapeError) {
    guard value >= least else {
        throw .badOption(option, found: "\(value)", expected: "\(least) or more")
    }
    guard value <= most else { throw .badOption(option, found: "\(value)", expected: "\(most) or less") }
}

/// Throws `tooLarge` unless an array of these sizes is possible.
///
/// A preset may ask for anything; what is let through here can be multiplied without overflow.
func requirePossible(
    _ what: String, _ sizes: [Int], atMost most: Int = Network.mostNumbers
) throws(ShapeError) {
    let count = sizes.reduce(1.0) { $0 * Double($1) }
    guard count <= Double(most) else { throw .tooLarge(what, count: count, most: most) }
}
