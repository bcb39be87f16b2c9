import Foundation
import Runs
import Testing

/// What a user mistypes or lacks: one line that helps, and exit code 2.
@Suite
struct CommandLineFaults {
    @Test func helpShowsExamples() throws {
        let outcome = try Program.run("--help", in: try Folder())
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("cnntop train lenet --headless --set maxEpochs=5"))
    }

    @Test func aWrongKeyNamesTheNearestRightOne() throws {
        let outcome = try Program.run(
            "train", "shapes", "--headless", "--set", "initalLearnRate=0.1", in: try Folder())
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("initialLearnRate"), "\(outcome)")
    }

    @Test func anUnknownPresetListsWhatThereIs() throws {
        let outcome = try Program.run("train", "fashon-mnist", "--headless", in: try Folder())
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("fashion-mnist"), "\(outcome)")
    }

    @Test func aTypoInAPresetIsReportedWithFileLineAndTheNearestWord() throws {
        let folder = try Folder()
        let preset = try folder.write(
            "data:\n  set: shapes\nnetwork:\n  - convolutoin: {filters: 8, kernel: 3}\n  - softmax\n",
            to: "mine.yaml")
        let outcome = try Program.run("train", preset, "--headless", in: folder)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("mine.yaml:4"), "\(outcome)")
        #expect(outcome.errors.contains("convolution"), "\(outcome)")
    }

    @Test func shapesThatDoNotChainNameTheLayerAndBothNumbers() throws {
        let folder = try Folder()
        let preset = try folder.write(
            """
            data:
              set: shapes
            network:
              - convolution: {filters: 8, kernel: 50, name: huge}
              - fullyConnected: classes
              - softmax
            """, to: "mine.yaml")
        let outcome = try Program.run("train", preset, "--headless", in: folder)
        #expect(outcome.status == 2)
        for word in ["huge", "50", "32"] { #expect(outcome.errors.contains(word), "\(word): \(outcome)") }
    }

    @Test func absentDataNamesTheFolderAndOffersShapes() throws {
        let outcome = try Program.run(
            "train", "fashion-mnist", "--headless", "--data", "/no/such/folder", in: try Folder())
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("/no/such/folder"), "\(outcome)")
    }

    @Test func aRunDirectoryThatCannotBeWrittenIsNamed() throws {
        let outcome = try Program.run(
            "train", "shapes", "--headless", "--run-directory", "/proc/cnntop-run", in: try Folder())
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("/proc"), "\(outcome)")
    }

    @Test(arguments: ["..", ".", "a/b", "/tmp/a", "a\nb", "\u{1b}[31mred"])
    func aNameThatLeavesTheRunsFolderIsRefused(name: String) throws {
        let folder = try Folder()
        let outcome = try Program.run(
            "train", "shapes", "--headless", "--set", "maxEpochs=1", "--name=\(name)", in: folder)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.errors.contains("cannot name a run"), "\(outcome)")
        #expect(folder.runs.isEmpty)
    }

    @Test func aDivergingRunEndsWithThree() throws {
        let folder = try Folder()
        let preset = try folder.write(
            """
            data:
              set: shapes
            network:
              - convolution: {filters: 4, kernel: 3}
              - relu
              - fullyConnected: 16
              - relu
              - fullyConnected: classes
              - softmax
            options:
              solverName: sgdm
              initialLearnRate: 1000
            """, to: "wild.yaml")
        let outcome = try Program.run("train", preset, "--headless", in: folder)
        #expect(outcome.status == 3, "\(outcome)")
        #expect(outcome.lastLine.hasPrefix("stopped: diverged"), "\(outcome)")
    }

    @Test func headlessEndsWithOneLineThatSaysHowItEnded() throws {
        let folder = try Folder()
        let outcome = try Program.run("train", "shapes", "--headless", "--set", "maxEpochs=1", in: folder)
        #expect(outcome.status == 0)
        #expect(
            outcome.lastLine.contains(/^stopped: max epochs reached; validation accuracy 0\.\d+; saved .+$/),
            "\(outcome)")

        let name = try folder.run().name
        let evaluated = try Program.run("evaluate", name, "shapes", "--json", in: folder)
        #expect(evaluated.status == 0, "\(evaluated)")
        for key in [
            "samples", "accuracy", "top5Accuracy", "loss", "classes", "confusion", "perClass", "recall",
        ] {
            #expect(evaluated.output.contains("\"\(key)\""), "\(key) in \(evaluated.output)")
        }
    }
}

/// The man page knows every command.
@Test func theManPageNamesEveryCommand() throws {
    let page = try String(contentsOfFile: Program.packageRoot + "/Documentation/cnntop.1", encoding: .utf8)
    let help = try Program.run("--help", in: try Folder()).output
    let list = try #require(help.split(separator: "SUBCOMMANDS:").last)
    let commands = list.split(separator: "\n").compactMap { $0.firstMatch(of: /^  ([a-z]+)\b/)?.output.1 }
        .filter { $0 != "See" }
    #expect(commands.count > 8, "\(help)")
    for command in commands { #expect(page.contains(command), "the man page does not know \(command)") }
}
