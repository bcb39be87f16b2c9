import ArgumentParser
import FoundationEssentials
import Networks
import Tensors
import Terminal

/// `cnntop analyze PRESET|MODEL|RUN`
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "The layer table of a network, and everything that is wrong with it, before anything runs.",
        discussion: """
            NETWORK is a preset, a model (a folder or a file of another program) or a run. Activations are height ×
            width × channels of one sample. Input, softmax and output count as layers. MACs are the multiply-accumulate
            operations of one sample; mem is memory in single precision; a narrow terminal gets fewer columns; FLOP/B says how many operations there are for each
            byte that one sample's inputs, outputs and the learnables of the layer take. A preset for photographs in
            folders has 1,000 classes unless --classes says otherwise; no data is read for presets whose data is known.
            Exit code 2 where there is an error.

            EXAMPLES
              cnntop analyze alexnet
              cnntop analyze resnet18 --classes 5 --input 128x128x3
              cnntop analyze squeezenet.onnx --json
              cnntop analyze googlenet --graph googlenet.svg
            """.flowing)

    @Argument(help: ArgumentHelp("A preset, a model or a run.", valueName: "network")) var subject: String
    @OptionGroup var runs: RunsOption
    @Option(help: "Classes of a preset, in place of its data's.") var classes: Int?
    @Option(
        help: ArgumentHelp(
            "Size of a preset's samples, in place of its data's.", valueName: "HxWxC"))
    var input: InputSize?
    @Option(
        help: ArgumentHelp(
            "Draw the layers and their connections into this file, an SVG or a PNG.",
            valueName: "net.svg|net.png"))
    var graph: String?
    @Flag(help: "One JSON document instead of a table.") var json = false

    func validate() throws {
        if let classes, !(1...1 << 24).contains(classes) {
            throw ValidationError("--classes \(classes): expected 1 to \(1 << 24)")
        }
        if let graph, !["svg", "png"].contains(graph.split(separator: ".").last?.lowercased()) {
            throw ValidationError("--graph \(graph): expected a name that ends in .svg or .png")
        }
    }

    func run() throws {
        let found = try AnalyzedNetwork(
            subject, runs: runs.directory, input: input?.shape, classes: classes)
        let output = PlainOutput()
        let width = output.isTerminal ? output.width : nil
        print(json ? try jsonText(AnalysisReport(found)) : AnalysisTable(found, width: width).text)
        if let graph { try GraphDrawing(found.analysis).write(to: graph) }
        if !found.analysis.problems.isEmpty { throw ExitCode(2) }
    }
}

/// `224x224x3`: height, width, channels, as the table shows them.
struct InputSize: ExpressibleByArgument {
    let shape: Shape

    init?(argument: String) {
        let parts = argument.split(whereSeparator: { $0 == "x" || $0 == "×" }).map { Int($0) ?? 0 }
        guard parts.count == 3, parts.allSatisfy({ (1...1 << 20).contains($0) }) else { return nil }
        shape = Shape(parts[2], parts[0], parts[1])
    }
}
