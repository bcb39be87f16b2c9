import Datasets
import Interchange
import Tensors

extension Checkpoint {
    /// Writes the file so that at every moment the old one or the new one is there whole.
    ///
    /// - Throws: `SafetensorsError`, on a full disk for one.
    public func write(to path: String) throws(SafetensorsError) {
        var file = Safetensors(tensors: tensors, metadata: metadata)
        file.tensors["input.factors"] = Safetensors.Tensor(
            normalizer.factors, shape: [normalizer.factors.count])
        file.tensors["input.offsets"] = Safetensors.Tensor(
            normalizer.offsets, shape: [normalizer.offsets.count])
        file.metadata["checksum"] = Self.checksum(of: file.tensors)
        try file.write(to: path)
    }

    /// Reads a checkpoint and checks it whole.
    ///
    /// - Throws: `SafetensorsError`, `CheckpointError`, or `PresetError` for what its preset says.
    public init(contentsOf path: String) throws {
        let file = try Safetensors(contentsOf: path)
        let format = file.metadata["format"]
        guard format == Self.format else { throw CheckpointError.notACheckpoint(path: path, found: format) }
        guard file.metadata["checksum"] == Self.checksum(of: file.tensors) else {
            throw CheckpointError.damaged(path: path)
        }
        let metadata = CheckpointMetadata(values: file.metadata, path: path)
        preset = try Preset(yaml: try metadata.text("preset"), file: path)
        progress = try metadata.progress()
        optimizerSteps = try metadata.integer("optimizer.steps")
        classNames = try metadata.text("classes").split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        outputsBest = try metadata.text("output") == "best"
        inputShape = try metadata.shape("input.shape")
        guard let factors = file.tensors["input.factors"]?.floats(),
            let offsets = file.tensors["input.offsets"]?.floats(), factors.count == offsets.count
        else { throw CheckpointError.missing(path: path, tensor: "input.factors") }
        normalizer = Normalizer(
            factors: factors, offsets: offsets, standardizesEachSample: preset.data.normalization == .each)
        tensors = file.tensors.filter { !$0.key.hasPrefix("input.") }
    }

    private var metadata: [String: String] {
        var values = [
            "format": Self.format, "preset": preset.yaml, "classes": classNames.joined(separator: "\n"),
            "output": outputsBest ? "best" : "current", "optimizer.steps": String(optimizerSteps),
            "input.shape": "\(inputShape.channels)×\(inputShape.height)×\(inputShape.width)",
            "iteration": String(progress.iteration),
            "epoch": String(progress.position.epoch), "taken": String(progress.position.taken),
            "elapsed": String(progress.elapsed), "sinceBest": String(progress.sinceBest),
            "random.seed": String(preset.seed),
        ]
        if let validated = progress.lastValidated { values["lastValidated"] = String(validated) }
        if let best = progress.best {
            values["best.iteration"] = String(best.iteration)
            values["best.epoch"] = String(best.epoch)
            values["best.loss"] = String(best.loss)
            values["best.accuracy"] = String(best.accuracy)
        }
        return values
    }

    /// FNV-1a over names and eight-byte words, in the order of the names: enough to tell damage from truth.
    private static func checksum(of tensors: [String: Safetensors.Tensor]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 &+ (hash >> 47) }
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            for byte in name.utf8 { mix(UInt64(byte)) }
            tensor.bytes.withUnsafeBytes { bytes in
                let whole = bytes.count / 8
                for i in 0..<whole { mix(bytes.loadUnaligned(fromByteOffset: i * 8, as: UInt64.self)) }
                for i in whole * 8..<bytes.count { mix(UInt64(bytes[i])) }
            }
        }
        return String(hash, radix: 16)
    }
}

/// The metadata of a checkpoint, read with care.
private struct CheckpointMetadata {
    let values: [String: String]
    let path: String

    func text(_ key: String) throws(CheckpointError) -> String {
        guard let value = values[key] else { throw .badMetadata(path: path, key: key, found: nil) }
        return value
    }

    func integer(_ key: String) throws(CheckpointError) -> Int {
        guard let number = Int(try text(key)), number >= 0 else {
            throw .badMetadata(path: path, key: key, found: values[key])
        }
        return number
    }

    func real<Number: LosslessStringConvertible>(_ key: String, _: Number.Type) throws(CheckpointError)
        -> Number
    {
        guard let number = Number(try text(key)) else {
            throw .badMetadata(path: path, key: key, found: values[key])
        }
        return number
    }

    func shape(_ key: String) throws(CheckpointError) -> Shape {
        let sizes = try text(key).split(separator: "×").compactMap { Int($0) }
        guard sizes.count == 3, sizes.allSatisfy({ $0 > 0 }) else {
            throw .badMetadata(path: path, key: key, found: values[key])
        }
        return Shape(sizes[0], sizes[1], sizes[2])
    }

    func progress() throws(CheckpointError) -> Progress {
        var progress = Progress()
        progress.iteration = try integer("iteration")
        progress.position = Batches.Position(epoch: try integer("epoch"), taken: try integer("taken"))
        progress.elapsed = try real("elapsed", Double.self)
        progress.sinceBest = try integer("sinceBest")
        if values["lastValidated"] != nil { progress.lastValidated = try integer("lastValidated") }
        if values["best.iteration"] != nil {
            progress.best = Progress.Best(
                iteration: try integer("best.iteration"), epoch: try integer("best.epoch"),
                loss: try real("best.loss", Float.self), accuracy: try real("best.accuracy", Float.self))
        }
        return progress
    }
}
