import ArgumentParser
import Interchange
import Networks
import Training

/// `cnntop export MODEL -o net.onnx|weights.safetensors`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a trained network for other programs: ONNX, or its weights as safetensors.",
        discussion: """
            MODEL is a run (its output network), a checkpoint, the folder of a model, or another program's file. The
            ending of the output's name says what is written: .onnx (opset 17, the network with its weights) or
            .safetensors (the weights under the layers' names). Class names and the way pictures become inputs are
            noted in the file's metadata.

            EXAMPLES
              cnntop export fashion-mnist-01 -o net.onnx
              cnntop export runs/mine -o weights.safetensors
            """.flowing)

    @Argument(help: "A run, a checkpoint, a model's folder or a file of another program.") var model: String
    @Option(name: [.short, .customLong("output")], help: "The file to write: .onnx or .safetensors.")
    var output: String
    @OptionGroup var runs: RunsOption

    private enum Format { case onnx, safetensors }

    private var format: Format? {
        output.hasSuffix(".onnx") ? .onnx : output.hasSuffix(".safetensors") ? .safetensors : nil
    }

    func validate() throws {
        guard format != nil else {
            throw ValidationError("--output \(output): its ending must be .onnx or .safetensors")
        }
    }

    func run() throws {
        let model = try Model.open(self.model, runs: runs.directory)
        for note in model.notes { StandardError.say("note: \(note)") }
        if format == .onnx {
            try ONNXWriter.write(model, to: output)
        } else {
            var metadata = ["format": "pt", "network": model.network.presetLines.joined(separator: "\n")]
            metadata["classes"] = model.classNames.isEmpty ? nil : model.classNames.joined(separator: "\n")
            metadata["preprocessing"] = model.preprocessing?.description
            try Safetensors.write(model.parameters, metadata: metadata, to: output)
        }
        print(
            "saved: \(output) (\(model.network.nodes.count) layers, \(model.parameters.learnableCount) learnables)"
        )
    }
}
