import ArgumentParser
import FoundationEssentials
import Glibc
import Interchange
import Networks
import Pictures
import Tensors
import Training

/// `cnntop predict MODEL image…`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Say what is on pictures: the most probable classes with their probabilities.",
        discussion: """
            MODEL is a run (its output network), a checkpoint, the folder of a model, or another program's file.
            Pictures of any size are brought to the input's as the model says, or as the options say.

            EXAMPLES
              cnntop predict fashion-mnist-01 shoe.png
              cnntop predict squeezenet.onnx kitten.png --normalize none --channels bgr --labels imagenet.txt
              cnntop predict resnet18 photos/*.png --normalize imagenet --fit crop:256 --json
            """)

    @Argument(help: "A run, a checkpoint, a model's folder or a file of another program.") var model: String
    @Argument(help: "Pictures.", completion: .file()) var images: [String]
    @OptionGroup var runs: RunsOption
    @OptionGroup var preprocessing: PreprocessingOptions
    @Option(help: "How many classes to name for each picture.") var top = 5
    @Option(help: "Threads of the engine (default: one per core).") var threads: Int?
    @Flag(help: "One JSON document instead of text.") var json = false

    func validate() throws {
        guard top > 0 else { throw ValidationError("--top \(top): expected 1 or more") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
    }

    func run() throws {
        var model = try Model.open(self.model, runs: runs.directory)
        let shape = model.network.input
        guard shape.channels == 1 || shape.channels == 3 else {
            throw ValidationError(
                "\(self.model): takes \(shape), which is no picture of one or three channels")
        }
        let isTold = try preprocessing.apply(to: &model)
        let way = model.preprocessing ?? PreprocessingOptions.scaled(channels: shape.channels)
        for note in model.notes { StandardError.say("note: \(note)") }
        if !isTold {
            StandardError.say(
                "note: \(self.model) does not say how pictures become inputs; they are scaled to 0 to 1 "
                    + "(say otherwise with --normalize, --channels, --fit)")
        }
        let workers = Workers(threads: threads ?? Options().threads)
        let predictor = try Predictor(model, batchSize: min(16, images.count), workers: workers)
        var results: [FilePrediction] = []
        // A few at a time, so that a folder of photos need not fit in memory.
        for start in stride(from: 0, to: images.count, by: 16) {
            let files = Array(images[start..<min(start + 16, images.count)])
            let pictures = try files.map { try Picture(contentsOf: $0) }
            let predictions = predictor.predict(pictures.map { way.input(of: $0, shape: shape) }, top: top)
            for (index, file) in files.enumerated() {
                let result = FilePrediction(file: file, predictions: predictions[index])
                if json { results.append(result) } else { show(result, pictures[index]) }
            }
        }
        if json { print(try Self.json(results)) }
    }

    private func show(_ result: FilePrediction, _ picture: Picture) {
        print(result.file)
        if let thumbnail = Thumbnail(picture) { print(thumbnail.text) }
        let width = result.predictions.map(\.label.count).max() ?? 0
        for prediction in result.predictions {
            let blanks = String(repeating: " ", count: width - prediction.label.count)
            let bar = String(repeating: "█", count: Int((prediction.probability * 20).rounded()))
            print("  \(prediction.label)\(blanks)  \(prediction.probability.rounded(digits: 4))  \(bar)")
        }
    }

    private static func json(_ results: [FilePrediction]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(results), as: UTF8.self)
    }
}

/// The classes of one picture.
struct FilePrediction: Encodable {
    let file: String
    let predictions: [Prediction]
}
