import Datasets
import Glibc
import Interchange
import Networks
import Runs
import Spelling
import Tensors

/// How a preset names a model: a file, a folder, a run, or a preset with a file of weights.
struct ModelReference {
    var model: String?
    var weights: String?
    var channels: Preprocessing.ChannelOrder?
    /// The preset's, where it says how values become inputs.
    var normalization: Normalization?
    /// What the preset calls itself, for messages.
    var owner: String

    /// The model, with what is said here about pictures taken into its preprocessing.
    ///
    /// - Throws: `TransferError`, or the reader's own error.
    func open() throws -> Model {
        guard let name = model else { throw TransferError.noModel(preset: owner) }
        var model = try weights.map { try Self.preset(name, weights: $0) } ?? Self.model(name)
        let isTold = model.preprocessing != nil || normalization != nil
        let count = model.network.input.channels
        if count == 1 || count == 3 {
            model.preprocessing = try preprocessing(of: model, channels: count)
            if !isTold {
                model.notes.append(
                    "\(name) does not say how pictures become inputs; they are scaled to 0 to 1 "
                        + "(say otherwise with --normalize and --channels)")
            }
        }
        return model
    }

    private static func model(_ name: String) throws -> Model {
        let runs = RunDirectory.runsDirectory(option: nil)
        let isThere = access(name, F_OK) == 0
        if !isThere, PresetLibrary.standard().names.contains(name) {
            throw TransferError.presetAlone(name)
        }
        let endings = [".onnx", ".h5", ".hdf5", ".keras", ".pt", ".pth", ".th", ".safetensors"]
        if !isThere, endings.contains(where: name.hasSuffix) { throw TransferError.notFound(name) }
        do { return try Model.open(name, runs: runs) } catch ModelError.weightsAlone(let path) {
            throw TransferError.weightsAlone(path)
        } catch RunDirectoryError.notFound, RunDirectoryError.noRuns {
            throw TransferError.notFound(name)
        }
    }

    /// The layers of a preset with weights of a file; the classifier's may be of another number of classes.
    private static func preset(_ name: String, weights: String) throws -> Model {
        let preset = try Preset(contentsOf: try PresetLibrary.standard().file(named: name))
        guard preset.transfer == nil, preset.svm == nil else { throw TransferError.noNetwork(preset: name) }
        let loaded = try preset.model(weights: weights)
        let report = loaded.report
        var model = loaded.model
        let head = try ReplaceableHead(model.network, name: name)
        let wanting = (report.missing + report.mismatches.map(\.parameter)).filter { parameter in
            !head.layers.contains { parameter.hasPrefix("\($0).") }
        }
        guard wanting.isEmpty else {
            throw TransferError.incomplete(weights: weights, preset: name, report: "\(report)")
        }
        if !(report.missing.isEmpty && report.mismatches.isEmpty) { model.lastTrainedLayer = head.entry }
        let shape = model.network.input
        let blank = Dataset(
            name: name, shape: shape, classNames: ["0"], labels: [], samples: .bytes([]))
        switch preset.data.normalization {
        case .training, .range, .each: break
        case let way:
            let normalizer = try Normalizer(way, dataset: blank, trainingIndices: [])
            model.preprocessing = Preprocessing(
                order: shape.channels == 1 ? .grey : .rgb, factors: normalizer.factors,
                offsets: normalizer.offsets)
        }
        return model
    }

    private func preprocessing(of model: Model, channels count: Int) throws -> Preprocessing {
        var way = model.preprocessing ?? Preprocessing.scaled(channels: count)
        if let channels {
            guard (channels == .grey) == (count == 1) else {
                throw TransferError.otherChannels(channels.rawValue, count: count)
            }
            way.order = channels
        }
        guard let normalization else { return way }
        let blank = Dataset(
            name: model.name, shape: model.network.input, classNames: ["0"], labels: [], samples: .bytes([]))
        switch normalization {
        case .training, .range, .each: throw TransferError.measured(normalization.description)
        default: break
        }
        let normalizer = try Normalizer(normalization, dataset: blank, trainingIndices: [])
        (way.factors, way.offsets) = (normalizer.factors, normalizer.offsets)
        // Figures are told in the order red, green, blue, as everybody writes them.
        if way.order == .bgr {
            way.factors.reverse()
            way.offsets.reverse()
        }
        return way
    }

    // MARK: Reading

    static func order(_ node: PresetNode) throws(PresetError) -> Preprocessing.ChannelOrder {
        let word = try node.choice(Preprocessing.ChannelOrder.allCases.map(\.rawValue))
        return Preprocessing.ChannelOrder(rawValue: word) ?? .rgb
    }

    /// The whole path of what lies in the preset's folder, or here; a name where there is nothing.
    static func resolved(_ name: String, besidePreset file: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        for path in name.hasPrefix("/") ? [name] : [folder + name, name] {
            guard let resolved = realpath(path, nil) else { continue }
            defer { free(resolved) }
            return String(cString: resolved)
        }
        return name
    }
}

extension Preprocessing {
    /// 0 to 1, red, green, blue: what is assumed where nobody says.
    public static func scaled(channels: Int) -> Preprocessing {
        var preprocessing = Preprocessing.raw(channels: channels)
        preprocessing.factors = preprocessing.factors.map { _ in 1 / 255 }
        return preprocessing
    }
}

/// Why a model cannot be taken over.
public enum TransferError: Error, Equatable, CustomStringConvertible {
    case noModel(preset: String)
    case notFound(String)
    case presetAlone(String)
    case noNetwork(preset: String)
    case weightsAlone(String)
    case incomplete(weights: String, preset: String, report: String)
    case otherChannels(String, count: Int)
    case measured(String)
    case noHead(model: String, reason: String)
    case otherShape(data: String, found: String, model: String, expected: String)
    case nothingTaken(model: String)

    public var description: String { explanation.inOneLine }

    private var explanation: String {
        switch self {
        case .noModel(let preset):
            "\(preset): which model? give --model FILE (ONNX, Keras, a model's folder, a run), "
                + "or a preset and its weights: --model resnet18 --weights resnet18.pth"
        case .notFound(let name):
            "--model \(name): no such file, model, run or preset; give an ONNX or Keras file, a model's folder or a run"
        case .presetAlone(let name):
            "--model \(name): is a preset, whose weights are random; give a file of weights, too: --weights FILE"
        case .noNetwork(let preset):
            "--model \(preset): this preset has no network of its own to take weights for"
        case .weightsAlone(let path):
            "\(path): holds weights without their network; name that, too: --model PRESET --weights \(path)"
        case .incomplete(let weights, let preset, let report):
            "\(weights): does not fill the network of \(preset): \(report)"
        case .otherChannels(let order, let count):
            "--channels \(order): the model takes \(count) channel\(count == 1 ? "" : "s")"
        case .measured(let way):
            "--normalize \(way): a trained model wants inputs as it was trained on, not measured anew; "
                + "give none, scale, imagenet or mean,…/deviation,…"
        case .noHead(let model, let reason):
            "\(model): has no last layer that can be replaced: \(reason)"
        case .otherShape(let data, let found, let model, let expected):
            "\(data): samples are \(found), \(model) takes \(expected); use a folder of photos, which is resized"
        case .nothingTaken(let model):
            "\(model): none of its weights fits a layer of this preset by name and shape"
        }
    }
}
