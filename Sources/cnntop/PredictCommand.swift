import ArgumentParser
import Datasets
import FoundationEssentials
import Glibc
import Interchange
import Networks
import Pictures
import Runs
import Spelling
import Tensors
import Training

/// `cnntop predict MODEL image…`, `cnntop predict MODEL signal…`
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Say what pictures or signals are: the most probable classes with their probabilities.",
        discussion: """
            MODEL is a run (its output network), a checkpoint, the folder of a model, or another program's file.
            Pictures of any size are brought to the input's as the model says, or as the options say. Of two
            classes the second is called from the threshold on that was chosen for the run in the dashboard, or from 0.5; a
            support vector machine gives its decision value.
            A model of signals takes .csv, .tsv, .txt and .npy files: a row for each signal, perhaps with its label
            first, one signal down a column, or an array. On a terminal every signal is drawn, with a band below that
            shows which points decided: those without which the class becomes less probable.

            EXAMPLES
              cnntop predict fashion-mnist-01 shoe.png
              cnntop predict squeezenet.onnx kitten.png --normalize none --channels bgr --labels imagenet.txt
              cnntop predict resnet18 photos/*.png --normalize imagenet --fit crop:256 --json
              cnntop predict chromatograms-01 window.csv
              cnntop predict signals-fcn-03 Coffee_TEST.tsv --draw | less -R
            """.flowing)

    @Argument(help: "A run, a checkpoint, a model's folder or a file of another program.") var model: String
    @Argument(help: "Pictures or files of signals.", completion: .file()) var files: [String]
    @OptionGroup var runs: RunsOption
    @OptionGroup var preprocessing: PreprocessingOptions
    @Option(help: "How many classes to name for each picture or signal.") var top = 5
    @Option(help: "Threads of the engine (default: one per core).") var threads: Int?
    @Flag(help: "Stretch signals of other lengths to the model's.") var resample = false
    @Flag(help: "Every signal has its label in front (default: where there is a number too many, or a word).")
    var labelFirst = false
    @Flag(inversion: .prefixedNo, help: "Draw signals (default: on a terminal).") var draw: Bool?
    @Flag(help: "One JSON document instead of text.") var json = false

    func validate() throws {
        guard top > 0 else { throw ValidationError("--top \(top): expected 1 or more") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
    }

    func run() throws {
        let run = runOfModel
        if let run, SVMCheckpoint.exists(in: run) { return try predict(by: try SVMCheckpoint(run), of: run) }
        var model = try Model.open(self.model, runs: runs.directory)
        let workers = Workers(threads: threads ?? Options().threads)
        let checkpoint = try checkpoint(of: run)
        if let checkpoint, let extractor = checkpoint.preset.signalFeatures {
            return try predictSignals(
                by: ConvolutionsNetwork(
                    model, extractor, checkpoint.normalizer, predictionOptions(run), workers: workers))
        }
        if let inputs = try featureInputs(checkpoint) {
            for note in model.notes { StandardError.say("note: \(note)") }
            return try predictPictures(model, of: run, workers, inputs: inputs)
        }
        if model.takesSignals {
            for note in try preprocessing.applyToSignals(&model, of: self.model) { StandardError.say(note) }
            return try predictSignals(by: SignalNetwork(model, predictionOptions(run), workers: workers))
        }
        try predictPictures(&model, of: run, workers)
    }

    private func predictionOptions(_ run: RunDirectory?) -> PredictionOptions {
        PredictionOptions(top: top, threshold: run?.threshold)
    }

    private func predictSignals(by judge: some SignalJudge) throws {
        let prediction = SignalPrediction(
            judge, isLabelled: labelFirst ? true : nil, resamples: resample, draws: draw)
        try prediction.run(files, json: json)
    }

    private func predictPictures(_ model: inout Model, of run: RunDirectory?, _ workers: Workers) throws {
        try preprocessing.resize(&model)
        let shape = model.network.input
        guard shape.channels == 1 || shape.channels == 3, shape.height > 1 else {
            throw PreprocessingFault(
                "\(self.model): takes \(shape), which is no picture of one or three channels")
        }
        guard max(shape.height, shape.width) <= Picture.mostExtent else {
            throw PreprocessingFault(
                "\(self.model): takes \(shape); pictures are made at most \(Picture.mostExtent) pixels wide or high"
            )
        }
        let isTold = try preprocessing.apply(to: &model)
        let way = model.preprocessing ?? Preprocessing.scaled(channels: shape.channels)
        for note in model.notes { StandardError.say("note: \(note)") }
        if !isTold {
            StandardError.say(
                "note: \(self.model) does not say how pictures become inputs; they are scaled to 0 to 1 "
                    + "(say otherwise with --normalize, --channels, --fit)")
        }
        try predictPictures(model, of: run, workers) { $0.map { way.input(of: $0, shape: shape) } }
    }

    /// - Parameter inputs: makes pictures the model's inputs.
    private func predictPictures(
        _ model: Model, of run: RunDirectory?, _ workers: Workers, inputs: ([Picture]) throws -> [[Float]]
    ) throws {
        let predictor = try Predictor(model, batchSize: min(16, files.count), workers: workers)
        var results: [FilePrediction] = []
        // A few at a time, so that a folder of photos need not fit in memory.
        for start in stride(from: 0, to: files.count, by: 16) {
            let files = Array(files[start..<min(start + 16, files.count)])
            let pictures = try files.map { try Picture(contentsOf: $0) }
            let predictions = predictor.predict(try inputs(pictures), top: max(2, top))
            for (index, file) in files.enumerated() {
                let result = FilePrediction(
                    file: file, predictions: Array(predictions[index].prefix(top)),
                    call: Call(predictions[index], threshold: run?.threshold, model))
                if json { results.append(result) } else { show(result, pictures[index]) }
            }
        }
        if json { print(try jsonText(results)) }
    }

    /// The run that MODEL names, if it is one.
    private var runOfModel: RunDirectory? {
        guard !Model.isModelFile(model), !model.hasSuffix(".safetensors") else { return nil }
        return try? RunDirectory.find(model, in: runs.directory)
    }

    /// Of a run, or the file that MODEL names; nil for what is no network of ours.
    private func checkpoint(of run: RunDirectory?) throws -> Training.Checkpoint? {
        if let run { return try CheckpointFolder(run).latest().checkpoint }
        return model.hasSuffix(".safetensors") ? try Training.Checkpoint(contentsOf: model) : nil
    }

    /// How pictures become inputs of a network that was trained on features of pictures; nil for another.
    private func featureInputs(_ checkpoint: Training.Checkpoint?) throws
        -> (([Picture]) throws -> [[Float]])?
    {
        guard let checkpoint, let reader = try PictureFeatureReader(checkpoint.preset) else { return nil }
        return { pictures in
            let samples = SampleSet(try reader.dataset(of: pictures), normalizer: checkpoint.normalizer)
            return (0..<samples.count).map { index in
                var input = [Float](repeating: 0, count: samples.shape.count)
                input.withUnsafeMutableBufferPointer { samples.load(index, into: $0) }
                return input
            }
        }
    }

    private func predict(by checkpoint: SVMCheckpoint, of run: RunDirectory) throws {
        var machine = checkpoint
        machine.threshold = run.threshold ?? checkpoint.threshold
        let workers = Workers(threads: threads ?? Options().threads)
        if let extractor = machine.preset.signalFeatures {
            return try predictSignals(
                by: ConvolutionsMachine(machine: machine, extractor: extractor, workers: workers))
        }
        let reader = try machine.featureReader()
        var results: [FilePrediction] = []
        for file in files {
            let picture = try Picture(contentsOf: file)
            for call in try machine.calls(of: [picture], by: reader, workers: workers) {
                let result = FilePrediction(
                    file: file, predictions: [], call: Call(call, machine))
                if json { results.append(result) } else { show(result, picture) }
            }
        }
        if json { print(try jsonText(results)) }
    }

    private func show(_ result: FilePrediction, _ picture: Picture) {
        print(result.file)
        if let thumbnail = Thumbnail(picture) { print(thumbnail.text) }
        print(result.bars)
    }
}

/// The classes of one picture or signal.
struct FilePrediction: Encodable {
    let file: String
    /// Of a signal in a file of several, from 1.
    var row: Int?
    /// What the file calls the signal.
    var label: String?
    /// Empty for what gives no probabilities.
    let predictions: [Prediction]
    /// Of a detector, or of a support vector machine.
    var call: Call?

    /// A line for each class.
    var bars: String {
        let width = predictions.map(\.label.count).max() ?? 0
        let lines = predictions.map { prediction in
            let blanks = String(repeating: " ", count: width - prediction.label.count)
            let share = max(0, min(1, prediction.probability.isFinite ? prediction.probability : 0))
            let bar = String(repeating: "█", count: Int((share * 20).rounded()))
            return "  \(prediction.label)\(blanks)  \(prediction.probability.rounded(digits: 4))  \(bar)"
        }
        guard let call else { return lines.map(\.inOneLine).joined(separator: "\n") }
        let threshold = call.threshold.map { ", threshold \(Float($0).rounded(digits: 4))" } ?? ""
        let text = "  called \(call.label): score \(Float(call.score).rounded(digits: 4))\(threshold)"
        return (lines + [text]).map(\.inOneLine).joined(separator: "\n")
    }
}

/// What a picture is called, and the score behind it.
struct Call: Encodable {
    let label: String
    let index: Int
    /// Of a detector that of the second class.
    let score: Double
    let threshold: Double?

    init(label: String, index: Int, score: Double, threshold: Double?) {
        (self.label, self.index, self.score, self.threshold) = (label, index, score, threshold)
    }

    init(_ call: SVMCheckpoint.Call, _ machine: SVMCheckpoint) {
        self.init(
            label: machine.classNames[call.index], index: call.index, score: call.score,
            threshold: machine.isDetector ? machine.threshold : nil)
    }

    /// By a network's probability of the second of two classes; nil for more.
    ///
    /// - Parameter threshold: the one that was chosen; 0.5 when nil.
    init?(_ predictions: [Prediction], threshold: Double?, _ model: Model) {
        let threshold = threshold ?? 0.5
        guard model.classNames.count == 2,
            let score = predictions.first(where: { $0.index == 1 })?.probability
        else { return nil }
        let index = Double(score) >= threshold ? 1 : 0
        self.init(label: model.classNames[index], index: index, score: Double(score), threshold: threshold)
    }
}
