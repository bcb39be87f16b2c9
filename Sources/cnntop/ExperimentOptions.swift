import ArgumentParser
import Glibc
import Interchange
import Training

/// What `train` can change of a preset without touching its file.
struct ExperimentOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Options and other values of the preset, such as maxEpochs=5 data.validation=0.2 "
                + "augmentation.mirror=horizontal.", valueName: "key=value"))
    var assignments: [String] = []

    @Option(help: "Seed of all that is random: initial weights, order, split, dropout, augmentation.")
    var seed: Int?

    @Option(help: "Threads of the engine (default: one per core); results do not depend on it.")
    var threads: Int?

    @Option(help: ArgumentHelp("Data in place of the preset's: a file or a folder.", valueName: "path"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "How values become inputs: none, scale, training, range, each, imagenet, or mean,…/deviation,….",
            valueName: "way"))
    var normalize: String?

    @Option(
        help: ArgumentHelp(
            "The model that transfer and feature presets build on: an ONNX or Keras file, a model's folder, a run, "
                + "or with --weights a preset.", valueName: "model"))
    var model: String?

    @Option(help: ArgumentHelp("Weights for the layers of the preset that --model names.", valueName: "file"))
    var weights: String?

    @Option(help: "Order of the channels that the model takes: rgb, bgr or grey.")
    var channels: Preprocessing.ChannelOrder?

    /// From the words behind a preset in the dashboard's command line.
    ///
    /// - Throws: what is wrong with them, in one line.
    static func parsing(_ words: [String]) throws -> ExperimentOptions {
        do { return try parse(words.map(atHome)) } catch { throw WrongWords(message: message(for: error)) }
    }

    /// No shell has done it.
    private static func atHome(_ word: String) -> String {
        guard word.hasPrefix("~/"), let home = getenv("HOME") else { return word }
        return String(cString: home) + word.dropFirst()
    }

    private struct WrongWords: Error, CustomStringConvertible {
        let message: String
        var description: String { message.split(separator: "\n").joined(separator: " ") }
    }

    /// All of them as assignments; those with a flag of their own come last and win.
    private var all: [String] {
        var all = assignments
        if let seed { all.append("seed=\(seed)") }
        if let threads { all.append("executionThreads=\(threads)") }
        if let normalize { all.append("normalize=\(normalize)") }
        if let model { all.append("model=\(located(model))") }
        if let weights { all.append("weights=\(absolute(weights))") }
        if let channels { all.append("channels=\(channels.rawValue)") }
        return all
    }

    /// The preset of that name or path with the changes.
    func preset(named name: String) throws -> Preset {
        try changed(Preset(contentsOf: try PresetLibrary.standard().file(named: name), assignments: all))
    }

    /// The experiment of a checkpoint with the changes; its options may change, its network, data and solver may not.
    func preset(resuming checkpoint: Training.Checkpoint) throws -> Preset {
        try changed(checkpoint.preset.continued(with: all))
    }

    /// The same as arguments for a worker.
    var arguments: [String] {
        let path = data.map { ["--data", absolute($0)] } ?? []
        return path + (all.isEmpty ? [] : ["--set"] + all)
    }

    private func changed(_ preset: Preset) -> Preset {
        guard let data else { return preset }
        var preset = preset
        preset.data.lieAt(absolute(data))
        return preset
    }

    /// What is there gets its whole path; else it is the name of a preset or a run.
    private func located(_ name: String) -> String {
        access(name, F_OK) == 0 ? absolute(name) : name
    }

    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
