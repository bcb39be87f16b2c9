import Tensors

/// How raw values become the network's inputs.
public enum Normalization: Sendable, Equatable {
    /// Raw values: pixels 0…255.
    case none
    /// Pixels 0…1; signals as they are.
    case scale
    /// Mean 0 and standard deviation 1 per channel, measured on the training samples only.
    case training
    /// The smallest training value of each channel to 0, the largest to 1. With features of several kinds that come in
    /// turns (`kinds` of them), the extremes are those of all channels of a kind; nil: of each channel alone.
    case range(kinds: Int?)
    /// Each sample by itself: mean 0 and standard deviation 1 over the points of each of its channels. For signals whose
    /// height says nothing.
    case each
    /// `(scaled − mean) / deviation` with given figures per channel, where pixels are scaled to 0…1 first.
    case given(mean: [Float], deviation: [Float])

    /// The figures of the ImageNet training set, as PyTorch's model zoo uses them.
    public static let imagenet = Normalization.given(
        mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
}

/// Why a normalisation does not fit the data.
public enum NormalizationError: Error, Equatable, CustomStringConvertible {
    case wrongChannelCount(mean: Int, deviation: Int, channels: Int)
    case notPositive(deviation: Float)
    case wrongKindCount(kinds: Int, channels: Int)
    case unreadable(String)

    public var description: String {
        switch self {
        case .wrongChannelCount(let mean, let deviation, let channels):
            "normalization: \(mean) means and \(deviation) deviations given, the data has \(channels) channel(s); "
                + "give one of each per channel"
        case .notPositive(let deviation):
            "normalization: deviation \(deviation), expected a number above 0"
        case .wrongKindCount(let kinds, let channels):
            "normalization: range:\(kinds) does not divide the data's \(channels) channel(s); give a divisor"
        case .unreadable(let text):
            "normalization: “\(text)” is none of none, scale, training, range, range:KINDS, each, imagenet, mean,…/deviation,…"
        }
    }
}

extension Normalization: LosslessStringConvertible {
    /// As presets and `--normalize` spell it: `none`, `scale`, `training`, `range`, `range:6`, `each`, `imagenet`,
    /// `mean,…/deviation,…`.
    public init?(_ text: String) {
        switch text {
        case "none": self = .none
        case "scale": self = .scale
        case "training": self = .training
        case "imagenet": self = .imagenet
        case "range": self = .range(kinds: nil)
        case "each": self = .each
        case _ where text.hasPrefix("range:"):
            guard let kinds = Int(text.dropFirst("range:".count)), kinds > 0 else { return nil }
            self = .range(kinds: kinds)
        default:
            let halves = text.split(separator: "/", omittingEmptySubsequences: false).map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
            }
            guard halves.count == 2 else { return nil }
            let mean = halves[0].compactMap { $0 }
            let deviation = halves[1].compactMap { $0 }
            guard mean.count == halves[0].count, deviation.count == halves[1].count else { return nil }
            self = .given(mean: mean, deviation: deviation)
        }
    }

    public var description: String {
        switch self {
        case .none: "none"
        case .scale: "scale"
        case .training: "training"
        case .range(nil): "range"
        case .range(let kinds?): "range:\(kinds)"
        case .each: "each"
        case .imagenet: "imagenet"
        case .given(let mean, let deviation):
            mean.map(String.init(describing:)).joined(separator: ",") + "/"
                + deviation.map(String.init(describing:)).joined(separator: ",")
        }
    }
}

extension Normalization: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Normalization(text) else { throw NormalizationError.unreadable(text) }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
