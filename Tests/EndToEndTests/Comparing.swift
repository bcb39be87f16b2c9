import Foundation
import Testing

/// Runs side by side, what they are wrong about, and pictures of networks.
@Suite
struct Comparing {
    @Test func runsAreComparedAndTheirMistakesListed() throws {
        let folder = try Folder()
        for (name, seed) in [("one", "1"), ("two", "1"), ("other", "2")] {
            let trained = try Program.run(
                "train", "sunsets-shallow", "--headless", "--set", "maxEpochs=1", "--seed", seed, "--name",
                name,
                in: folder)
            #expect(trained.status == 0, "\(trained)")
        }
        let compared = try Program.run("runs", "--compare", "one", "two", "other", in: folder)
        #expect(compared.status == 0, "\(compared)")
        for words in [
            "500 test, sunsets, seed 1", "McNemar's test", "both right and wrong together",
            "one and other: judged on 500 test samples of sunsets, seed 1, the other on 500 test samples of sunsets, seed 2",
        ] {
            #expect(compared.output.contains(words), "\(words) in \(compared.output)")
        }
        let json = try Program.run("runs", "--compare", "one", "two", "--json", in: folder)
        for key in [
            "accuracyInterval", "areaUnderCurve", "secondsPerPrediction", "onlyFirstRight", "supportVectors",
        ] {
            #expect(json.output.contains("\"\(key)\""), "\(key) in \(json.output)")
        }
        let wrong = try Program.run(
            "evaluate", "one", "--most-wrong", "3", "--threshold", "2", in: folder)
        #expect(wrong.output.contains("taken for other, is sunset: 250"), "\(wrong)")
    }

    @Test func aThresholdIsKeptWithTheRunAndCounts() throws {
        let folder = try Folder()
        let trained = try Program.run(
            "train", "sunsets-shallow", "--headless", "--set", "maxEpochs=1", "--name", "one", in: folder)
        #expect(trained.status == 0, "\(trained)")
        let set = try Program.run("set", "threshold=2", "one", in: folder)
        #expect(set.output.contains("one: sunset from a score of 2"), "\(set)")
        for command in [["evaluate", "one"], ["runs", "--compare", "one"]] {
            let judged = try Program.start(command, in: folder)
            _ = judged.waitForExit()
            // No score is above 2: all are taken for other.
            #expect(judged.output.contains(/0?\.5000/), "\(judged.output)")
        }
        #expect(try Program.run("set", "threshold=own", "one", in: folder).status == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs/one/threshold"))
        let wrong = try Program.run("set", "threshold=high", "one", in: folder)
        #expect(wrong.status == 2 && wrong.errors.contains("expected a number, or own"), "\(wrong)")
    }

    @Test func runsThatAreNotThereOrNotForComparing() throws {
        let folder = try Folder()
        let absent = try Program.run("runs", "--compare", "nothing", in: folder)
        #expect(absent.status == 2, "\(absent)")
        let alone = try Program.run("runs", "nothing", in: folder)
        #expect(alone.status == 2 && alone.errors.contains("nothing is only for --compare"), "\(alone)")
    }

    @Test(arguments: [("svg", "<svg"), ("png", "\u{89}PNG")])
    func aNetworkIsDrawn(ending: String, start: String) throws {
        let folder = try Folder()
        let path = "\(folder.path)/net.\(ending)"
        let drawn = try Program.run("analyze", "googlenet", "--graph", path, in: folder)
        #expect(drawn.status == 0, "\(drawn)")
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(bytes.prefix(4) == Data(start.unicodeScalars.map { UInt8($0.value) }))
    }
}
