import FoundationEssentials

/// One validation sample as the network sees it now: what it is taken for, and which parts of it decided.
public struct Example: Sendable, Equatable, Codable {
    /// Position in the validation set, from 0, and that set's size.
    public var sample: Int
    public var samples: Int
    public var iteration: Int
    /// The class it belongs to.
    public var truth: Int
    public var channels: Int
    public var height: Int
    public var width: Int
    /// `[channels, height, width]`: 0 is the sample's lowest value, 255 its highest.
    public var values: Base64Bytes
    public var lowest: Float
    public var highest: Float
    /// The network's outputs: probabilities of the classes when it ends in softmax.
    public var scores: [Float]
    /// How the score of the predicted class falls when the part around a place is covered.
    public var importance: ImportanceMap

    public init(
        sample: Int, samples: Int, iteration: Int, truth: Int, channels: Int, height: Int, width: Int,
        values: [UInt8], lowest: Float, highest: Float, scores: [Float], importance: ImportanceMap
    ) {
        precondition(
            values.count == channels * height * width,
            "\(values.count) values for \(channels)×\(height)×\(width)")
        self.sample = sample
        self.samples = samples
        self.iteration = iteration
        self.truth = truth
        self.channels = channels
        self.height = height
        self.width = width
        self.values = Base64Bytes(values)
        self.lowest = lowest
        self.highest = highest
        self.scores = scores
        self.importance = importance
    }

    /// The class of the largest score; with a single output, the class it rounds to.
    public var prediction: Int {
        guard scores.count > 1 else { return scores.first.map { $0.isFinite ? Int($0.rounded()) : 0 } ?? 0 }
        var best = 0
        for index in scores.indices where scores[index] > scores[best] { best = index }
        return best
    }

    /// Whether sizes and contents belong together: what came through a socket may be anything.
    public var isSound: Bool {
        let sizes = [channels, height, width, importance.rows, importance.columns]
        guard sizes.allSatisfy({ (1...65_536).contains($0) }), channels * height * width == values.bytes.count
        else {
            return false
        }
        return importance.rows * importance.columns == importance.drops.count && !scores.isEmpty
    }
}

/// Occlusion sensitivity (Zeiler and Fergus 2014, https://arxiv.org/abs/1311.2901, §4.2) on a grid over the sample.
public struct ImportanceMap: Sendable, Equatable, Codable {
    public var rows: Int
    public var columns: Int
    /// `[rows, columns]`: how far the score falls when the place is covered; below 0 it rises.
    public var drops: [Float]

    public init(rows: Int, columns: Int, drops: [Float]) {
        precondition(drops.count == rows * columns, "\(drops.count) drops for \(rows)×\(columns)")
        self.rows = rows
        self.columns = columns
        self.drops = drops
    }

    /// The drop at a place of the sample, as a share of the largest one: −1…1.
    public func share(row: Int, of height: Int, column: Int, of width: Int) -> Float {
        let largest = drops.reduce(Float(0)) { $1.isFinite ? max($0, abs($1)) : $0 }
        guard largest > 0, height > 0, width > 0 else { return 0 }
        let drop = drops[row * rows / height * columns + column * columns / width]
        return drop.isFinite ? drop / largest : 0
    }
}

/// Which example to show next.
public enum ExampleStep: String, Sendable, Hashable, Codable {
    case next, previous
    /// The next one that is taken for another class than it is.
    case nextWrong
}

/// Bytes that travel as base64 in JSON, in a third of the room that numbers take.
public struct Base64Bytes: Sendable, Equatable, Codable {
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public init(from decoder: any Decoder) throws {
        bytes = [UInt8](try decoder.singleValueContainer().decode(Data.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(Data(bytes))
    }
}
