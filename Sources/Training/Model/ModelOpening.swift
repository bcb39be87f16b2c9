import Datasets
import Glibc
import Interchange
import Networks
import Runs
import Tensors

extension Model {
    /// Opens whatever a command calls MODEL: a model's folder, another program's file, a run, a checkpoint.
    ///
    /// - Parameter runs: the directory in which runs are looked for by name.
    /// - Throws: the reader's own error, or `ModelError` where it is nothing of this.
    public static func open(_ text: String, runs: String) throws -> Model {
        if access("\(text)/\(descriptionFile)", R_OK) == 0 { return try Model(folder: text) }
        switch suffix(of: text) {
        case "onnx": return try ONNXReader.model(at: text)
        case "h5", "hdf5", "keras": return try KerasReader.model(at: text)
        case "pt"?, "pth"?, "th"?: throw ModelError.weightsAlone(path: text)
        case "safetensors":
            do {
                return try Model(try Checkpoint(contentsOf: text), path: text)
            } catch CheckpointError.notACheckpoint(let path, found: nil) {
                throw ModelError.weightsAlone(path: path)
            }
        case let other where access(text, R_OK) == 0 && !isFolder(text):
            throw ModelError.unknownFormat(path: text, suffix: other)
        default: break
        }
        let run = try RunDirectory.find(text, in: runs)
        let latest = try CheckpointFolder(run).latest()
        var model = try Model(latest.checkpoint, path: latest.path)
        model.notes += latest.notes
        return model
    }

    /// Whether a text names a model's folder or another program's file, and neither a run nor a checkpoint.
    public static func isModelFile(_ text: String) -> Bool {
        access("\(text)/\(descriptionFile)", R_OK) == 0
            || (suffix(of: text) != "safetensors" && access(text, R_OK) == 0 && !isFolder(text))
    }

    /// The network that a checkpoint hands over.
    public init(_ checkpoint: Checkpoint, path: String) throws {
        let network = try checkpoint.network()
        let channels = checkpoint.inputShape.channels
        let normalizer = checkpoint.normalizer
        let isSignal = checkpoint.inputShape.height == 1
        let isKnown = (channels == 1 || channels == 3 || isSignal) && normalizer.factors.count == channels
        self.init(
            name: checkpoint.preset.name, network: network,
            parameters: try checkpoint.parameters(of: network, output: true, path: path),
            classNames: checkpoint.classNames,
            preprocessing: isKnown
                ? Preprocessing(
                    order: channels == 3 && !isSignal ? .rgb : .grey, factors: normalizer.factors,
                    offsets: normalizer.offsets,
                    standardizesEachSample: normalizer.standardizesEachSample) : nil,
            origin: "checkpoint of iteration \(checkpoint.progress.iteration)")
    }

    /// What stands behind the last dot of a path's last part, in small letters.
    private static func suffix(of path: String) -> String? {
        guard let last = path.split(separator: "/").last, let dot = last.lastIndex(of: ".") else {
            return nil
        }
        return last[last.index(after: dot)...].lowercased()
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// Why something is no model.
public enum ModelError: Error, Equatable, CustomStringConvertible {
    case unknownFormat(path: String, suffix: String?)
    /// The file tells no layers.
    case weightsAlone(path: String)

    public var description: String {
        switch self {
        case .unknownFormat(let path, let suffix):
            "\(path): files that \(suffix.map { "end in .\($0)" } ?? "have no ending") are not read; .onnx, "
                + ".h5, .hdf5, .keras, .safetensors (a checkpoint), the folder of a model, and runs are"
        case .weightsAlone(let path):
            "\(path): holds weights without their network; import it with --network PRESET and use the model's folder"
        }
    }
}
