import Foundation
import Testing

/// Signals from the command line: a model learns from a table, judges files, and scans a long trace.
@Suite
struct SignalCommands {
    /// Twenty points: a triangle in the middle, or nothing.
    private func signal(_ isPeak: Bool, _ shift: Int) -> [Double] {
        (0..<20).map { point in
            let height = isPeak ? max(0, 1 - Double(abs(point - 10)) / 4) : 0
            return height + 0.01 * Double((point * 7 + shift * 3) % 5)
        }
    }

    private static let network = """
        network:
          - fullyConnected: 8
          - relu
          - fullyConnected: classes
          - softmax
        options: {solverName: adam, initialLearnRate: 0.01, miniBatchSize: 8, maxEpochs: 40}
        """

    /// A run that tells the two apart.
    private func trained(_ learner: String = network, _ features: String = "", in folder: Folder) throws {
        let rows = (0..<40).map { index in
            (index % 2 == 0 ? "none" : "peak") + ","
                + signal(index % 2 == 1, index).map { "\($0)" }.joined(separator: ",")
        }
        let table = try folder.write(rows.joined(separator: "\n"), to: "mine_TRAIN.csv")
        let preset = try folder.write(
            """
            data: {set: signals, path: \(table), validation: 0, test: 0.2, normalize: none\(features)}
            \(learner)
            """, to: "mine.yaml")
        let outcome = try Program.run(
            "train", preset, "--headless", "--threads", "1", "--name", "mine", in: folder)
        #expect(outcome.status == 0, "\(outcome)")
    }

    private struct Judged: Decodable {
        struct Class: Decodable { let label: String }
        let row: Int?
        let label: String?
        let predictions: [Class]
        struct Call: Decodable {
            let label: String
            let threshold: Double
        }
        let call: Call?

        /// What it is taken for.
        var winner: String? { predictions.first?.label ?? call?.label }
    }

    private struct Scanned: Decodable {
        struct Peak: Decodable {
            let start, apex, end: Int
            let startTime, apexTime: Double?
        }
        let name: String
        let points: Int
        let peaks: [Peak]
    }

    @Test func filesOfSignalsAreJudgedDrawnAndRefused() throws {
        let folder = try Folder()
        try trained(in: folder)
        let text = [false, true].map { isPeak in
            "\(isPeak)," + signal(isPeak, 1).map { "\($0)" }.joined(separator: ",")
        }
        let file = try folder.write(text.joined(separator: "\n"), to: "two.csv")
        let json = try Program.run("predict", "mine", file, "--json", in: folder)
        let judged = try JSONDecoder().decode([Judged].self, from: Data(json.output.utf8))
        #expect(judged.map(\.row) == [1, 2] && judged.map(\.label) == ["false", "true"])
        #expect(judged.map { $0.predictions.first?.label } == ["none", "peak"])

        #expect(judged.map { $0.call?.label } == ["none", "peak"])
        #expect(judged.allSatisfy { $0.call?.threshold == 0.5 })

        // The threshold that was chosen in the dashboard counts for signals, too.
        _ = try folder.write("2\n", to: "runs/mine/threshold")
        let strict = try Program.run("predict", "mine", file, "--no-draw", in: folder)
        let lines = strict.output.split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix(", called none") }, "\(strict)")

        let drawn = try Program.run("predict", "mine", file, "--draw", in: folder)
        #expect(drawn.output.contains { ("\u{2801}"..."\u{28FF}").contains($0) }, "\(drawn)")
        let short = try folder.write("1,2,3\n", to: "short.csv")
        let refused = try Program.run("predict", "mine", short, in: folder)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("row 1 has 3 points, the model takes 20"), "\(refused)")
    }

    /// Random convolutions in the signals' place: both learners judge files and other data as they judge their own.
    @Test(arguments: ["svm: {kernel: linear}", SignalCommands.network])
    func signalsAreJudgedByTheirFeatures(learner: String) throws {
        let folder = try Folder()
        try trained(learner, ", features: {randomConvolutions: 60}", in: folder)
        let text = [false, true].map { isPeak in
            "\(isPeak ? "peak" : "none")," + signal(isPeak, 1).map { "\($0)" }.joined(separator: ",")
        }
        let file = try folder.write(text.joined(separator: "\n"), to: "two.csv")
        let json = try Program.run("predict", "mine", file, "--json", in: folder)
        let judged = try JSONDecoder().decode([Judged].self, from: Data(json.output.utf8))
        #expect(judged.map(\.winner) == ["none", "peak"], "\(json)")
        let drawn = try Program.run("predict", "mine", file, "--draw", in: folder)
        #expect(drawn.output.contains { ("\u{2801}"..."\u{28FF}").contains($0) }, "\(drawn)")
        let evaluated = try Program.run("evaluate", "mine", file, in: folder)
        #expect(evaluated.output.contains("accuracy 1.0000"), "\(evaluated)")
        let own = try Program.run("evaluate", "mine", in: folder)
        #expect(own.output.contains("accuracy 1.0000"), "\(own)")

        let short = try folder.write("none,1,2,3\npeak,1,3,1\n", to: "short.csv")
        let refused = try Program.run("evaluate", "mine", short, in: folder)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("short.csv: signals of 3×1, the convolutions were drawn for 20×1"))
        let resampled = try Program.run("predict", "mine", short, "--resample", "--no-draw", in: folder)
        #expect(resampled.status == 0 && resampled.output.contains("called "), "\(resampled)")
    }

    @Test func aTraceIsScanned() throws {
        let folder = try Folder()
        try trained(in: folder)
        let trace = (0..<300).map { point in
            "\([70, 200].reduce(0.0) { max($0, 1 - Double(abs(point - $1)) / 4) })"
        }
        let file = try folder.write("height\n" + trace.joined(separator: "\n"), to: "long.csv")
        let json = try Program.run("scan", "mine", file, "--stride", "1", "--json", in: folder)
        let scanned = try JSONDecoder().decode([Scanned].self, from: Data(json.output.utf8))
        #expect(scanned.map(\.name) == ["height"] && scanned.map(\.points) == [300])
        // Points count from 1.
        #expect(scanned.first?.peaks.map(\.apex) == [71, 201], "\(json)")
        #expect(
            scanned.first?.peaks.map(\.start) == [67, 197] && scanned.first?.peaks.map(\.end) == [75, 205])

        let timed = try Program.run(
            "scan", "mine", file, "--stride", "1", "--sampling-rate", "4", "--json", in: folder)
        let times = try JSONDecoder().decode([Scanned].self, from: Data(timed.output.utf8)).first?.peaks
        #expect(times?.map(\.apexTime) == [17.5, 50] && times?.first?.startTime == 16.5, "\(timed)")
        let rows = trace.enumerated().map { "\($0.offset * 2),\($0.element)" }.joined(separator: "\n")
        let axis = try folder.write("seconds,height\n" + rows, to: "axis.csv")
        let told = try Program.run("scan", "mine", axis, "--stride", "1", "--no-draw", in: folder)
        #expect(told.output.contains(/start +apex +end +from +at +to +height +score/), "\(told)")
        #expect(told.output.contains(/67 +71 +75 +132\.0 +140\.0 +148\.0/), "\(told)")
        let both = try Program.run("scan", "mine", file, "--step", "1", "--sampling-rate", "4", in: folder)
        #expect(both.errors.contains("give --step or --sampling-rate, not both"), "\(both)")

        let text = try Program.run("scan", "mine", file, "--draw", "--stride", "1", in: folder)
        #expect(text.output.contains("trace height, 300 points: 2 peaks"), "\(text)")
        let bad = try folder.write("1\n2\nx\n4\n", to: "bad.csv")
        let refused = try Program.run("scan", "mine", bad, in: folder)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("row 3, column 1: “x”, expected a number"), "\(refused)")
        let absent = try Program.run("scan", "mine", file, "--column", "width", in: folder)
        #expect(absent.errors.contains("there is no trace width; expected one of height"), "\(absent)")
    }
}
