import ArgumentParser
import Datasets
import Files
import Glibc
import Interchange
import Networks
import Tensors
import Training

/// `cnntop features MODEL DATA --layer NAME -o features.npy`
struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Write what a layer of a network makes of data as a table of features.",
        discussion: """
            MODEL is a run, a checkpoint, the folder of a model, or another program's file. DATA is the name of a
            preset, a file or a folder of pictures, one sub-folder for each class; pictures are resized to the input.
            The table has a row for each sample. A CSV file has the class in its first column; beside a NumPy file
            FILE.npy the classes stand in FILE.labels.csv, one in each line after the heading.

            EXAMPLES
              cnntop features fashion-mnist-01 fashion-mnist --layer relu_3 -o features.npy
              cnntop features squeezenet.onnx photos/ --normalize none --channels bgr -o features.csv
              cnntop features resnet18 photos/ --layer all --pool --size 320x240 -o features.npy
            """.flowing)

    @Argument(help: "A run, a checkpoint, a model's folder or a file of another program.") var model: String
    @Argument(help: "A preset's name, a file or a folder.") var data: String
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The layer, or several; all for the ends of all blocks (default: what the classifier takes).",
            valueName: "name"))
    var layer: [String] = []
    @Flag(help: "One number for each map: its mean.") var pool = false
    @Flag(help: "Means over each picture and its mirror image.") var mirrored = false
    @Flag(help: "The square root of each number, with its sign.") var root = false
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("The table: .npy or .csv.", valueName: "file"))
    var output: String
    @Option(help: "Which part of a preset's data.") var split: DataPart = .train
    @OptionGroup var runs: RunsOption
    @OptionGroup var preprocessing: PreprocessingOptions
    @Option(help: "Threads of the engine (default: one per core).") var threads: Int?

    func validate() throws {
        guard output.hasSuffix(".npy") || output.hasSuffix(".csv") else {
            throw ValidationError("--output \(output): expected a name that ends in .npy or .csv")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads \(threads): expected 1 to 1024")
        }
    }

    func run() throws {
        var model = try Model.open(self.model, runs: runs.directory)
        let channels = model.network.input.channels
        let isPicture = channels == 1 || channels == 3
        if try isPicture && !preprocessing.apply(to: &model) {
            model.preprocessing = Preprocessing.scaled(channels: channels)
            StandardError.say(
                "note: \(self.model) does not say how pictures become inputs; they are scaled to 0 to 1 "
                    + "(say otherwise with --normalize and --channels)")
        }
        let extractor = try FeatureExtractor(
            model, NetworkFeatures(layers: layer, pools: pool, mirrors: mirrored, takesRoots: root),
            size: try preprocessing.pictureSize, workers: Workers(threads: threads ?? Options().threads))
        let samples = try samples(of: extractor.input)
        let file = try FeatureFile(output, rows: samples.count, width: extractor.width)
        var labels = "label\n"
        try extractor.extract(samples) { row, label in
            let name = samples.classNames[Int(label)]
            try file.append(row, className: name)
            labels += "\(name)\n"
        }
        try file.finish()
        if output.hasSuffix(".npy") { try write(labels, to: "\(output.dropLast(4)).labels.csv") }
        print("\(samples.count) samples × \(extractor.width) features: \(output)")
    }

    /// Raw values: the model's own preprocessing follows.
    private func samples(of shape: Shape) throws -> SampleSet {
        var named = try NamedData(data)
        named.source.normalization = .none
        let loaded = try named.load(for: shape)
        return try ChosenSamples(split, of: loaded, isWhole: named.isWhole).set
    }

    private func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "we") else { throw FeatureFileError(path) }
        let isWritten = fputs(text, file) >= 0
        guard fclose(file) == 0, isWritten else {
            defer { removeIncompleteFile(path) }
            throw FeatureFileError(path)
        }
    }
}
