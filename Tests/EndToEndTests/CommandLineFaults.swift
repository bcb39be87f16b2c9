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

/// What a hostile or absent-minded user gives: one line, and exit code 2.
@Suite
struct AbsurdInput {
    private func refusal(_ arguments: String..., environment: [String: String] = [:]) throws -> String {
        let outcome = try Program.execute(
            Program.path, arguments, in: try Folder(), environment: environment)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        return outcome.errors
    }

    @Test func aMiniBatchBeyondTheDataIsRefused() throws {
        #expect(
            try refusal("bench", "shapes", "--batch", "10000000", "--threads", "1")
                .hasPrefix("cnntop: --batch 10000000: there are only "))
        #expect(
            try refusal("bench", "shapes", "--seconds", "1e300").contains("expected more than 0, to 3600"))
    }

    @Test(arguments: ["100000000000", "9223372036854775806"])
    func aMiniBatchBeyondMemoryIsRefusedAtOnce(batch: String) throws {
        #expect(
            try refusal("bench", "shapes", "--batch", batch, "--inference", "--threads", "1")
                .hasPrefix("cnntop: --batch \(batch): its inputs alone need more than "))
    }

    @Test func vectorsOfNoMachineAreRefused() throws {
        #expect(
            try refusal("presets", environment: ["CNNTOP_VECTORS": "AVX2"])
                == "cnntop: CNNTOP_VECTORS=AVX2: expected avx512, avx2 or none, or no such variable\n")
    }

    @Test func boundsAreNamed() throws {
        #expect(
            try refusal("scan", "m", "f", "--stride", "9223372036854775807")
                .contains("expected 1 to 16777216 points"))
        #expect(try refusal("scan", "m", "f", "--height", "nan").contains("--height nan: expected a number"))
        #expect(try refusal("scan", "m", "f", "--peaks", "").contains("expected names of classes"))
        #expect(
            try refusal("analyze", "lenet", "--classes", "100000000000").contains("expected 1 to 16777216"))
        #expect(
            try refusal("train", "cifar10-quick", "--headless", "--set", "data.size=[4294967296,32]")
                == "cnntop: --set: data.size: 4294967296 is out of range; expected from 1 to 16384 pixels, like "
                + "32\n")
    }

    @Test func aPresetWithoutEndIsRefused() throws {
        #expect(
            try refusal("train", "/dev/zero", "--headless")
                == "cnntop: /dev/zero: cannot read this preset: not a file\n")
    }

    @Test func controlCharactersAreWrittenOut() throws {
        let errors = try refusal("train", "no\u{1b}[31m\nsuch", "--headless")
        #expect(errors.count { $0 == "\n" } == 1 && !errors.contains("\u{1b}"), "\(errors)")
    }

    @Test(arguments: ["> /dev/full", ">&-"])
    func outputThatDoesNotArriveIsAFault(redirection: String) throws {
        let folder = try Folder()
        let outcome = try Program.execute(
            "/bin/sh", ["-c", "'\(Program.path)' keys \(redirection)"], in: folder)
        #expect(outcome.status == 2, "\(outcome)")
        #expect(outcome.errors.hasPrefix("cnntop: standard output cannot be written: "), "\(outcome)")
        #expect(outcome.errors.count { $0 == "\n" } == 1, "\(outcome)")
    }

    @Test func aReaderWhoHasSeenEnoughIsNoFault() throws {
        let outcome = try Program.execute(
            "/bin/sh", ["-c", "'\(Program.path)' keys | head -1"], in: try Folder())
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.isEmpty, "\(outcome)")
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
