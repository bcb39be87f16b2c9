import Networks
import Tensors

/// A network with its weights and what it takes to use it on pictures or signals: what every reader of a file gives.
public struct Model: Sendable {
    public var name: String
    public var network: Network
    public var parameters: Parameters<Float>
    /// One for each output; empty where the file does not tell.
    public var classNames: [String]
    /// How pictures become inputs; nil where the file does not tell.
    public var preprocessing: Preprocessing?
    /// What it was read from: `ONNX, opset 8, made by pytorch 1.0`.
    public var origin: String
    /// What the reader assumed or left out, each in one line.
    public var notes: [String]
    /// Where the weights were read without those of the last layers: what these layers take. Their outputs mean nothing.
    public var lastTrainedLayer: String?

    public init(
        name: String, network: Network, parameters: Parameters<Float>, classNames: [String] = [],
        preprocessing: Preprocessing? = nil, origin: String = "", notes: [String] = []
    ) {
        self.name = name
        self.network = network
        self.parameters = parameters
        self.classNames = classNames
        self.preprocessing = preprocessing
        self.origin = origin
        self.notes = notes
    }

    /// Numbers that the network gives for one sample; nil where its shapes do not chain.
    public var outputCount: Int? { network.inspect().rows.last?.activations?.count }
}

/// How a picture or signal becomes the input of a network.
public struct Preprocessing: Sendable, Equatable {
    public enum ChannelOrder: String, Sendable, CaseIterable {
        case rgb, bgr, grey
    }

    /// How a picture of any size is brought to the input's.
    public enum Fit: Sendable, Equatable {
        /// Both sides to the input's, whatever the proportions.
        case stretch
        /// The shorter side to this many pixels, then the middle of the input's size.
        case crop(shorterSide: Int)
    }

    public var order: ChannelOrder
    /// Of each channel of the network: `input = value · factor + offset`; a picture's values are bytes from 0
    /// to 255.
    public var factors, offsets: [Float]
    public var fit: Fit
    /// Whether each channel of each sample is afterwards brought to mean 0 and standard deviation 1 by itself.
    public var standardizesEachSample: Bool

    public init(
        order: ChannelOrder, factors: [Float], offsets: [Float], fit: Fit = .stretch,
        standardizesEachSample: Bool = false
    ) {
        precondition(factors.count == offsets.count, "\(factors.count) factors, \(offsets.count) offsets")
        self.order = order
        self.factors = factors
        self.offsets = offsets
        self.fit = fit
        self.standardizesEachSample = standardizesEachSample
    }

    /// Bytes as they are, in red, green, blue or grey.
    public static func raw(channels: Int, fit: Fit = .stretch) -> Preprocessing {
        Preprocessing(
            order: channels == 1 ? .grey : .rgb, factors: Array(repeating: 1, count: channels),
            offsets: Array(repeating: 0, count: channels), fit: fit)
    }
}

extension Preprocessing: LosslessStringConvertible {
    /// `bgr factors 1,1,1 offsets -104,-117,-123 crop 256`, with `stretch` where nothing is cropped, and `each` behind
    /// all that where every sample is standardised.
    public init?(_ text: String) {
        var words = text.split(separator: " ").map(String.init)
        standardizesEachSample = words.last == "each"
        if standardizesEachSample { words.removeLast() }
        guard words.count >= 6, words[1] == "factors", words[3] == "offsets",
            let order = ChannelOrder(rawValue: words[0])
        else { return nil }
        let (factors, offsets) = (Self.numbers(words[2]), Self.numbers(words[4]))
        guard let factors, let offsets, factors.count == offsets.count else { return nil }
        switch words[5] {
        case "stretch" where words.count == 6: fit = .stretch
        case "crop" where words.count == 7:
            guard let side = Int(words[6]), (1...1 << 16).contains(side) else { return nil }
            fit = .crop(shorterSide: side)
        default: return nil
        }
        self.order = order
        self.factors = factors
        self.offsets = offsets
    }

    private static func numbers(_ list: String) -> [Float]? {
        let parts = list.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Float($0) }
        return numbers.count == parts.count && numbers.allSatisfy(\.isFinite) ? numbers : nil
    }

    public var description: String {
        func list(_ numbers: [Float]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
        let way =
            switch fit {
            case .stretch: "stretch"
            case .crop(let side): "crop \(side)"
            }
        return "\(order.rawValue) factors \(list(factors)) offsets \(list(offsets)) \(way)"
            + (standardizesEachSample ? " each" : "")
    }
}
