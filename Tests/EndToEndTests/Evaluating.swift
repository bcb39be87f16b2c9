import Foundation
import Testing

/// Which samples a run or a model is judged on.
@Suite
struct Evaluating {
    private struct Report: Decodable {
        let part: String
        let samples: Int
        let accuracy: Float
        let top5Accuracy: Float
        let loss: Float?
    }

    /// A table of 40 samples of two features whose class is a matter of chance: what is right is learnt by heart.
    private func table(in folder: Folder) throws -> String {
        let rows = (0..<40).map { row in
            "\(row * 7 % 5 < 2 ? "no" : "yes"),\(Double(row * 37 % 41) / 41),\(Double(row * 11 % 17) / 17)"
        }
        return try folder.write((["label,f1,f2"] + rows).joined(separator: "\n"), to: "table.csv")
    }

    private func preset(_ learner: String, in folder: Folder) throws -> String {
        try folder.write(
            """
            data: {set: features, path: \(try table(in: folder)), validation: 0.25, test: 0, normalize: training}
            \(learner)
            """, to: "mine.yaml")
    }

    private func report(_ arguments: String..., in folder: Folder) throws -> Report {
        let command = ["evaluate"] + arguments + ["--json", "--threads", "1"]
        let outcome = try Program.execute(Program.path, command, in: folder)
        #expect(outcome.status == 0, "\(outcome)")
        return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    }

    @Test(arguments: [
        "svm: {kernel: rbf, gamma: 1000, cost: 100}",
        "network: [{fullyConnected: classes}, softmax]\noptions: {maxEpochs: 2, miniBatchSize: 10}",
    ])
    func withoutTestSamplesTheValidationSamplesAreTaken(learner: String) throws {
        let folder = try Folder()
        let trained = try Program.run(
            "train", try preset(learner, in: folder), "--headless", "--threads", "1", "--name", "mine",
            in: folder)
        #expect(trained.status == 0, "\(trained)")
        let isMachine = learner.hasPrefix("svm")
        let validation = try report("mine", in: folder)
        #expect(validation.part == "validation" && validation.samples == 10)
        #expect((validation.loss == nil) == isMachine)
        let training = try report("mine", "--split", "train", in: folder)
        #expect(training.part == "train" && training.samples == 30)
        if isMachine { #expect(training.accuracy == 1 && validation.accuracy < 1) }
        let all = try report("mine", folder.path + "/table.csv", in: folder)
        #expect(all.part == "all" && all.samples == 40)

        let table = try Program.run("evaluate", "mine", in: folder)
        #expect(table.output.contains(" on 10 validation samples of "), "\(table)")
        let wide = try folder.write("label,f1,f2,f3\nno,1,2,3\nyes,2,3,4\n", to: "wide.csv")
        let other = try Program.run("evaluate", "mine", wide, in: folder)
        #expect(other.status == 2)
        #expect(other.errors.contains("wide.csv: samples have 3 features, the model takes 2;"), "\(other)")
        let refused = try Program.run("evaluate", "mine", "--split", "test", in: folder)
        #expect(refused.status == 2 && refused.errors.contains("there are no samples for test"), "\(refused)")
        // Comparisons see the same samples.
        let compared = try Program.run("runs", "--compare", "mine", in: folder)
        #expect(compared.output.contains("10 validation"), "\(compared)")
        // A support vector machine has neither loss nor learning rate.
        #expect(trained.output.contains("loss ") != isMachine, "\(trained)")
        #expect(trained.output.contains("  rate ") != isMachine, "\(trained)")
    }

    /// A preset whose features come from a network is data of pictures to a model of pictures.
    @Test func aPresetOfFeaturesServesAsData() throws {
        let folder = try Folder()
        let base = try folder.write(
            """
            data: {set: shapes}
            network: [{convolution: {filters: 2, kernel: 3, stride: 8}}, {fullyConnected: classes}, softmax]
            options: {maxEpochs: 1, miniBatchSize: 500}
            """, to: "base.yaml")
        let trained = try Program.run(
            "train", base, "--headless", "--threads", "1", "--name", "base", in: folder)
        #expect(trained.status == 0, "\(trained)")
        let exported = try Program.run("export", "base", "-o", folder.path + "/base.onnx", in: folder)
        #expect(exported.status == 0, "\(exported)")
        let preset = try folder.write(
            """
            data: {set: shapes, features: {model: \(folder.path)/base.onnx, normalize: scale}}
            svm: {kernel: linear}
            """, to: "features.yaml")
        let judged = try report(folder.path + "/base.onnx", preset, in: folder)
        #expect(judged.part == "test" && judged.samples == 1000)
        let table = try Program.run("evaluate", folder.path + "/base.onnx", preset, in: folder)
        #expect(table.output.contains(" on 1000 test samples of shapes\n"), "\(table)")

        let written = try Program.run(
            "features", folder.path + "/base.onnx", preset, "--split", "test", "--layer", "conv_1", "-o",
            folder.path + "/f.npy", in: folder)
        #expect(written.status == 0, "\(written)")
        #expect(written.output.contains("1000 samples × 32 features"), "\(written)")
        let labels = try String(contentsOfFile: folder.path + "/f.labels.csv", encoding: .utf8)
        #expect(labels.split(separator: "\n").count == 1001 && labels.hasPrefix("label\n"))
        let array = try #require(FileManager.default.contents(atPath: folder.path + "/f.npy"))
        #expect(array.count.isMultiple(of: 64) && array.count - 1000 * 32 * 4 == 128)
    }
}
