import ArgumentParser
import FoundationEssentials
import Interchange
import Networks
import Tensors
import Training

/// `cnntop import FILE [-o DIR]`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn another program's network into a model of cnntop.",
        discussion: """
            FILE is an ONNX file (opsets 7 to 21). The model is a folder with model.yaml, its layers in the language
            of presets, and weights.safetensors. Whatever takes a MODEL takes the file itself too: importing is for
            looking at the layers, changing them, and noting once how pictures become inputs.

            EXAMPLES
              cnntop import squeezenet.onnx -o squeezenet --normalize none --channels bgr --labels imagenet.txt
              cnntop predict squeezenet kitten.png
            """)

    @Argument(help: "The file.", completion: .file()) var file: String
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp(
            "The folder to make (default: the file's name without its ending).", valueName: "dir"))
    var output: String?
    @OptionGroup var runs: RunsOption
    @OptionGroup var preprocessing: PreprocessingOptions

    func run() throws {
        var model = try Model.open(file, runs: runs.directory)
        try preprocessing.apply(to: &model)
        let folder = output ?? model.name
        try model.write(to: folder)
        for note in model.notes { StandardError.say("note: \(note)") }
        print(ModelSummary(model).text)
        print("saved: \(folder)")
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
        lines.append("pictures: \(model.preprocessing?.description ?? "not told")")
        lines.append("classes: \(model.classNames.isEmpty ? "not told" : "\(model.classNames.count) names")")
        text = lines.joined(separator: "\n")
    }
}
