import Datasets
import Interchange
import Networks
import Tensors

/// Everything that a run needs to go on, bit for bit, and that a trained network needs to be used.
///
/// As safetensors: the weights and the state of batch normalisation under their own names (`conv_1.weights`,
/// `bn_1.mean`), the same again with the prefix `best.`, the solver's moments with `optimizer.`, and the input's
/// normalisation as `input.factors` and `input.offsets`. The metadata tell the rest; `preset` is the experiment with
/// the options in force, `output` says which of the two networks the run hands over, `checksum` guards all tensors.
public struct Checkpoint: Sendable {
    /// With the options in force.
    public var preset: Preset
    public var progress: Progress
    public var optimizerSteps: Int
    public var classNames: [String]
    public var normalizer: Normalizer
    public var inputShape: Shape
    /// Whether the output network is the best one or the current one.
    public var outputsBest: Bool
    /// Tensors by name, prefixes included.
    var tensors: [String: Safetensors.Tensor]

    static let format = "cnntop checkpoint 1"
    static let bestPrefix = "best."
    static let firstMomentPrefix = "optimizer.firstMoment."
    static let secondMomentPrefix = "optimizer.secondMoment."
}

extension Checkpoint {
    /// The network it was made from.
    public func network() throws(PresetError) -> Network {
        try preset.network(input: inputShape, classes: classNames.count)
    }

    /// The parameters of the output network, or of the current one.
    ///
    /// - Throws: `CheckpointError` when tensors are missing or of another shape than the network's.
    public func parameters(of network: Network, output: Bool, path: String) throws -> Parameters<Float> {
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 0))
        try restore(parameters, prefix: output && outputsBest ? Self.bestPrefix : "", path: path)
        return parameters
    }

    func restore(_ parameters: Parameters<Float>, prefix: String, path: String) throws(CheckpointError) {
        for entry in parameters.entries {
            try restore(prefix + entry.name, entry.shape, into: parameters.values, at: entry.range, path)
        }
        for entry in parameters.stateEntries {
            try restore(prefix + entry.name, entry.shape, into: parameters.stateValues, at: entry.range, path)
        }
    }

    func restore(
        _ moment: AlignedBuffer<Float>, prefix: String, like parameters: Parameters<Float>, path: String
    )
        throws(CheckpointError)
    {
        guard moment.count > 0 else { return }
        for entry in parameters.entries {
            try restore(prefix + entry.name, entry.shape, into: moment.elements, at: entry.range, path)
        }
    }

    private func restore(
        _ name: String, _ shape: [Int], into buffer: UnsafeMutableBufferPointer<Float>, at range: Range<Int>,
        _ path: String
    ) throws(CheckpointError) {
        guard let tensor = tensors[name] else { throw .missing(path: path, tensor: name) }
        guard tensor.shape == shape, let values = tensor.floats() else {
            throw .wrongShape(path: path, tensor: name, found: tensor.shape, expected: shape)
        }
        _ = UnsafeMutableBufferPointer(rebasing: buffer[range]).update(from: values)
    }

    mutating func store(_ parameters: Parameters<Float>, prefix: String) {
        for entry in parameters.entries { store(parameters.values, entry, prefix) }
        for entry in parameters.stateEntries { store(parameters.stateValues, entry, prefix) }
    }

    mutating func store(_ moment: AlignedBuffer<Float>, prefix: String, like parameters: Parameters<Float>) {
        guard moment.count > 0 else { return }
        for entry in parameters.entries { store(moment.elements, entry, prefix) }
    }

    private mutating func store(
        _ buffer: UnsafeMutableBufferPointer<Float>, _ entry: Parameters<Float>.Entry, _ prefix: String
    ) {
        tensors[prefix + entry.name] = Safetensors.Tensor(Array(buffer[entry.range]), shape: entry.shape)
    }

    var hasBest: Bool { tensors.keys.contains { $0.hasPrefix(Self.bestPrefix) } }
}

/// Why a checkpoint cannot be used.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
    case notACheckpoint(path: String, found: String?)
    case badMetadata(path: String, key: String, found: String?)
    case damaged(path: String)
    case missing(path: String, tensor: String)
    case wrongShape(path: String, tensor: String, found: [Int], expected: [Int])
    case otherData(path: String, position: Int, samples: Int)
    case none(directory: String)
    case allDamaged(directory: String, latest: String)

    public var description: String {
        switch self {
        case .notACheckpoint(let path, let found):
            "\(path): not a checkpoint of cnntop (format '\(found ?? "none")', expected '\(Checkpoint.format)')"
        case .badMetadata(let path, let key, let found):
            "\(path): its metadata say \(key) = '\(found ?? "nothing")', which cannot be; use an earlier checkpoint"
        case .damaged(let path):
            "\(path): its contents differ from their checksum; the file is damaged, use an earlier checkpoint"
        case .missing(let path, let tensor):
            "\(path): has no tensor '\(tensor)', which the network of its preset needs"
        case .wrongShape(let path, let tensor, let found, let expected):
            "\(path): tensor '\(tensor)' has shape \(found), the network of its preset needs \(expected)"
        case .otherData(let path, let position, let samples):
            "\(path): \(position) samples into an epoch, but the data has only \(samples); use the data of this run"
        case .none(let directory):
            "\(directory): no checkpoint in it; remove this folder, or choose another --name, and start anew with `cnntop train`"
        case .allDamaged(let directory, let latest):
            "\(directory): none of its checkpoints can be read; the latest: \(latest)"
        }
    }
}
