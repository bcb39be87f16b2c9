import ArgumentParser
import FoundationEssentials
import Interchange
import Networks
import Spelling
import Tensors
import Training

/// `cnntop import FILE [-o DIR]`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn another program's network into a model of cnntop.",
        discussion: """
            FILE is an ONNX file (opsets 7 to 21), a Keras model (.h5, .hdf5, .keras), or weights alone (PyTorch's
            .pt, .pth or .th, or .safetensors), which --network gives their layers. Pickles are read without running
            them. The model is a folder with model.yaml, its layers in the language of presets, and
            weights.safetensors. Whatever takes a MODEL takes the file itself too (but weights alone): importing is
            for looking at the layers, changing them, and noting once how pictures become inputs.

            EXAMPLES
              cnntop import squeezenet.onnx -o squeezenet --normalize none --channels bgr --labels imagenet.txt
              cnntop import resnet20.th --network resnet20-cifar10 -o resnet20
              cnntop predict squeezenet kitten.png
            """.flowing)

    @Argument(help: "The file.", completion: .file()) var file: String
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp(
            "The folder to make (default: the file's name without its ending).", valueName: "dir"))
    var output: String?
    @Option(
        help: ArgumentHelp(
            "Whose layers the weights belong to: a preset, or a model. Names are compared, torchvision's are known.",
            valueName: "preset|model"))
    var network: String?
    @Flag(help: "Import even if the network has parameters that the file has nothing for.") var partial =
        false
    @OptionGroup var runs: RunsOption
    @OptionGroup var preprocessing: PreprocessingOptions

    func run() throws {
        var model = try network.map(loaded) ?? Model.open(file, runs: runs.directory)
        try preprocessing.apply(to: &model)
        let folder = output ?? model.name
        try model.write(to: folder)
        for note in model.notes { StandardError.say("note: \(note)") }
        print(ModelSummary(model).text)
        print("saved: \(folder)")
    }

    /// The layers of a preset or model with the weights in `file`.
    private func loaded(into name: String) throws -> Model {
        let library = PresetLibrary.standard()
        var model: Model
        let report: WeightReport
        if library.names.contains(name) || name.hasSuffix(".yaml") {
            (model, report) = try Preset(contentsOf: try library.file(named: name)).model(weights: file)
        } else {
            model = try Model.open(name, runs: runs.directory)
            report = try model.load(weights: file)
        }
        StandardError.say("weights: \(report)")
        guard partial || report.missing.isEmpty && report.mismatches.isEmpty else {
            throw WeightsDoNotFit(file: file, network: name, report: report)
        }
        return model
    }
}

/// A file of weights leaves parameters of a network as they are drawn.
private struct WeightsDoNotFit: Error, CustomStringConvertible {
    let file: String
    let network: String
    let report: WeightReport

    var description: String {
        // Where next to nothing fits, what remains would be a random network.
        report.matched > report.missing.count + report.mismatches.count
            ? "\(file): does not fill the network \(network); import it all the same with --partial"
            : "\(file): these are the weights of another network than \(network); give its own with --network"
    }
}

/// A model in a few lines.
struct ModelSummary {
    let text: String

    init(_ model: Model) {
        let rows = model.network.inspect().rows
        let output = rows.last?.activations.map(\.description) ?? "unknown"
        var lines = [
            "\(model.name): \(model.origin)",
            "\(model.network.nodes.count) layers, \(model.parameters.learnableCount) learnables, "
                + "\(rows.reduce(0) { $0 + $1.macs }) multiply-accumulates",
            "input \(model.network.input), output \(output)",
        ]
        let channels = model.network.input.channels
        if let way = model.preprocessing {
            lines.append("pictures: \(way)")
        } else if model.network.input.height > 1, channels == 1 || channels == 3 {
            lines.append(
                "pictures: the file does not say how they become inputs; without --normalize (and --channels) "
                    + "predictions are likely to be wrong")
        }
        let names = model.classNames.count
        lines.append(
            "classes: \(names == 0 ? "the file does not name them; --labels does" : "\(names) names")")
        text = lines.map(\.inOneLine).joined(separator: "\n")
    }
}
