/// Where layers get their names: the whole network, or a block with a name of its own.
///
/// Without a name a layer is called after its kind and counted within its scope: `conv_1`, `conv_2`, and in the block
/// `stage_1`: `stage_1/conv_1`. Blocks without a name are no scope.
struct LayerScope {
    /// `stage_1/`; empty for the network.
    let prefix: String
    private var counts: [String: Int] = [:]

    init(prefix: String = "") { self.prefix = prefix }

    /// The name that the next layer or block with that stem has unless it is told another.
    mutating func next(_ stem: String) -> String {
        counts[stem, default: 0] += 1
        return "\(stem)_\(counts[stem, default: 1])"
    }
}
