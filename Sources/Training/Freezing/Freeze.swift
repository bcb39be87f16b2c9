import Networks

/// Which layers keep their weights: an option of every run, and one that can be changed while it goes on.
///
/// A frozen layer gets no gradients, and everything before it is frozen as well; batch normalisation uses its trained
/// statistics, and dropout does nothing.
public enum Freeze: Sendable, Equatable {
    case none
    /// All but the last layers that learn.
    case backbone
    /// The layer of this name and all before it.
    case upTo(String)

    /// `none`, `backbone`, `upTo(NAME)` or the layer's name alone.
    public init(_ text: String) {
        switch text {
        case "none", "": self = .none
        case "backbone": self = .backbone
        case _ where text.hasPrefix("upTo(") && text.hasSuffix(")"):
            self = .upTo(String(text.dropFirst("upTo(".count).dropLast()))
        default: self = .upTo(text)
        }
    }

    public var text: String {
        switch self {
        case .none: "none"
        case .backbone: "backbone"
        case .upTo(let layer): "upTo(\(layer))"
        }
    }

    /// The last frozen layer of a network; nil where nothing is frozen.
    ///
    /// - Throws: `FreezeError` where there is no such layer, where others go around it, or where nothing would be left.
    public func boundary(in network: Network) throws(FreezeError) -> String? {
        switch self {
        case .none: return nil
        case .backbone:
            guard let last = Self.boundaries(in: network).last else {
                throw .notDivisible(network: network.name)
            }
            return last
        case .upTo(let layer):
            let names = network.nodes.map(\.name)
            guard names.contains(layer) else { throw .unknownLayer(layer, known: names) }
            let cuts = network.cutLayers
            guard cuts.contains(layer) else {
                throw .goneAround(layer, nearest: Self.neighbours(of: layer, among: cuts, in: network))
            }
            guard let rest = network.rest(after: layer), !rest.learningLayers.isEmpty else {
                throw .nothingLeft(layer, last: Self.boundaries(in: network).last)
            }
            return layer
        }
    }

    /// What a dashboard offers for a network: the boundaries that differ in which layers learn.
    public static func choices(in network: Network) -> [String] {
        let boundaries = boundaries(in: network)
        return ["none"] + boundaries.map { Freeze.upTo($0).text } + (boundaries.isEmpty ? [] : ["backbone"])
    }

    /// Places to freeze up to, one for each number of learning layers before it, from the first on: as late as
    /// possible, since activations are smallest there, but before dropout, which goes on as long as layers behind it
    /// learn.
    private static func boundaries(in network: Network) -> [String] {
        let learning = network.learningLayers
        let layers = Dictionary(
            network.nodes.map { ($0.name, $0.layer) }, uniquingKeysWith: { first, _ in first })
        var found: [(learning: Int, layer: String)] = []
        for cut in network.cutLayers where !(layers[cut] is Dropout) {
            let before = network.truncated(after: cut)?.nodes.count { learning.contains($0.name) } ?? 0
            guard before > 0, before < learning.count else { continue }
            if found.last?.learning == before { found.removeLast() }
            found.append((before, cut))
        }
        return found.map(\.layer)
    }

    /// The cuts right before and right behind a layer.
    private static func neighbours(of layer: String, among cuts: [String], in network: Network) -> [String] {
        let before = Set(network.truncated(after: layer)?.nodes.map(\.name) ?? [])
        let last = cuts.last { before.contains($0) }
        let next = cuts.first { !before.contains($0) }
        return [last, next].compactMap { $0 }
    }
}

/// Why layers cannot be frozen as was asked.
public enum FreezeError: Error, Equatable, CustomStringConvertible {
    case unknownLayer(String, known: [String])
    case goneAround(String, nearest: [String])
    case nothingLeft(String, last: String?)
    case notDivisible(network: String)

    public var description: String {
        switch self {
        case .unknownLayer(let layer, let known):
            "freeze: no layer is called \(layer)\(suggestion(for: layer, among: known))"
        case .goneAround(let layer, let nearest):
            "freeze: other layers go around \(layer), so the network cannot be cut there; "
                + "freeze up to \(nearest.joined(separator: " or "))"
        case .nothingLeft(let layer, let last):
            "freeze: nothing behind \(layer) could learn"
                + (last.map { "; freeze at most up to \($0)" } ?? "")
        case .notDivisible(let network):
            "freeze: network \(network) has no layer before which others learn; take none"
        }
    }
}
