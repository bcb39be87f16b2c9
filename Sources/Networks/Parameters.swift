import Tensors

/// The learnable values of a network in one flat buffer, and its state (running statistics) in another.
///
/// `entries` say where what is: `conv_1.weights` at a range of `values`. Ranges start at a cache line; the gaps
/// between them hold zeros and stay zero under any solver.
public final class Parameters<Element: Scalar>: @unchecked Sendable {
    /// One array of a layer within the flat buffer.
    public struct Entry: Sendable, Equatable {
        /// `conv_1.weights`.
        public let name: String
        public let layer: String
        /// `[filters, channels / groups, rows, columns]`, `[outputs, inputs]` or `[channels]`.
        public let shape: [Int]
        public let range: Range<Int>
        public let learnRateFactor: Float
        /// 0 for biases: they are not regularised.
        public let l2Factor: Float
    }

    public let entries: [Entry]
    public let stateEntries: [Entry]
    private let valueBuffer: AlignedBuffer<Element>
    private let stateBuffer: AlignedBuffer<Element>

    /// First values by each layer's initialiser; the same `random` gives the same values.
    public init(_ network: Network, random: RandomSource) throws(NetworkError) {
        let (learnables, state) = try Self.entryLists(network)
        entries = learnables.entries
        stateEntries = state.entries
        valueBuffer = AlignedBuffer(count: learnables.end)
        stateBuffer = AlignedBuffer(count: state.end)
        learnables.fill(valueBuffer, random: random)
        state.fill(stateBuffer, random: random)
    }

    private static func entryLists(
        _ network: Network
    ) throws(NetworkError) -> (learnables: EntryList, state: EntryList) {
        _ = try network.analyze()
        let graph = ResolvedGraph(network)
        var learnables = EntryList()
        var state = EntryList()
        for (index, node) in network.nodes.enumerated() {
            let inputs = graph.inputShapes(of: index)
            learnables.append(node.layer.parameters(for: inputs), layer: node.name)
            state.append(node.layer.state(for: inputs), layer: node.name)
        }
        return (learnables, state)
    }

    private init(copying other: Parameters) {
        entries = other.entries
        stateEntries = other.stateEntries
        valueBuffer = AlignedBuffer(count: other.valueBuffer.count)
        stateBuffer = AlignedBuffer(count: other.stateBuffer.count)
        assign(from: other)
    }

    public var values: UnsafeMutableBufferPointer<Element> { valueBuffer.elements }
    public var stateValues: UnsafeMutableBufferPointer<Element> { stateBuffer.elements }

    /// The number of learnable values, without the gaps.
    public var learnableCount: Int { entries.reduce(0) { $0 + $1.range.count } }

    public func copy() -> Parameters { Parameters(copying: self) }

    /// All zeros, no random number drawn: for who sets every entry.
    public init(unfilled network: Network) throws(NetworkError) {
        let lists = try Self.entryLists(network)
        entries = lists.learnables.entries
        stateEntries = lists.state.entries
        valueBuffer = AlignedBuffer(count: lists.learnables.end)
        stateBuffer = AlignedBuffer(count: lists.state.end)
    }

    /// First values of some entries: what `init(_:random:)` gives them.
    public func fill(_ names: Set<String>, of network: Network, random: RandomSource) throws(NetworkError) {
        let (learnables, state) = try Self.entryLists(network)
        learnables.fill(valueBuffer, random: random, only: names)
        state.fill(stateBuffer, random: random, only: names)
    }

    /// Takes over the values of parameters of the same network.
    public func assign(from other: Parameters) {
        precondition(
            other.entries == entries && other.stateEntries == stateEntries,
            "parameters of different networks: \(other.entries.count) entries against \(entries.count)")
        _ = values.update(from: other.values)
        _ = stateValues.update(from: other.stateValues)
    }

    /// A copy of the values of `conv_1.weights`, or of `batchnorm_1.mean`; nil if there is no such entry.
    ///
    /// A copy, so that it may outlive the parameters.
    public subscript(name: String) -> [Element]? {
        @inline(never) get { withExtendedLifetime(self) { storage(of: name).map(Array.init) } }
    }

    /// Where the values of an entry lie; whoever keeps the pointer keeps the parameters too.
    package func storage(of name: String) -> UnsafeMutableBufferPointer<Element>? {
        if let entry = entries.first(where: { $0.name == name }) {
            return UnsafeMutableBufferPointer(rebasing: values[entry.range])
        }
        if let entry = stateEntries.first(where: { $0.name == name }) {
            return UnsafeMutableBufferPointer(rebasing: stateValues[entry.range])
        }
        return nil
    }

    /// Sets an entry (learnable or state) by its name.
    public func set(_ name: String, to newValues: [Element]) {
        guard let target = storage(of: name) else { preconditionFailure("no parameter is called \(name)") }
        precondition(
            target.count == newValues.count,
            "\(name) has \(target.count) values, \(newValues.count) were given")
        _ = target.update(from: newValues)
    }

    /// Lays out entries one behind the other, each at a cache line.
    private struct EntryList {
        var entries: [Entry] = []
        var specifications: [ParameterSpecification] = []
        var end = 0

        mutating func append(_ added: [ParameterSpecification], layer: String) {
            for specification in added {
                entries.append(
                    Entry(
                        name: "\(layer).\(specification.name)", layer: layer, shape: specification.shape,
                        range: end..<end + specification.count, learnRateFactor: specification.factors.rate,
                        l2Factor: specification.factors.l2))
                specifications.append(specification)
                end = (end + specification.count + 15) / 16 * 16
            }
        }

        /// - Parameter names: of the entries to fill; all when nil.
        func fill(_ buffer: AlignedBuffer<Element>, random: RandomSource, only names: Set<String>? = nil) {
            for (index, specification) in specifications.enumerated()
            where names?.contains(entries[index].name) ?? true {
                let target = UnsafeMutableBufferPointer(rebasing: buffer.elements[entries[index].range])
                specification.initializer.fill(
                    target, fanIn: specification.fanIn, fanOut: specification.fanOut,
                    random: random.stream(UInt64(index)))
            }
        }
    }
}
