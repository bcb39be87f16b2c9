import Datasets
import Spelling
import Testing
import Training

@Suite struct OptionTests {
    @Test func defaultsAreThoseOfTrainingOptions() {
        let options = Options()
        let values = [
            "solverName", "maxEpochs", "miniBatchSize", "initialLearnRate", "momentum", "l2Regularization",
            "gradientThreshold", "gradientThresholdMethod", "shuffle", "validationFrequency",
            "validationPatience",
            "outputNetwork", "verboseFrequency", "checkpointFrequency", "learnRateSchedule",
            "learnRateDropFactor",
            "learnRateDropPeriod", "epsilon", "lastBatch", "labelSmoothing",
        ]
        let found = values.map { key in (try? OptionDescription.named(key).value(in: options)) ?? "?" }
        #expect(
            found == [
                "sgdm", "30", "128", "0.01", "0.9", "0.0001", "inf", "l2norm", "once", "50", "inf",
                "last-iteration", "50", "1", "none", "0.1", "10", "1e-08", "keep", "0",
            ])
    }

    @Test func theSolverDecidesWhatIsNotGiven() throws {
        var options = Options()
        try options.set("solverName", to: "adam")
        #expect(options.initialLearnRate == 0.001)
        #expect(options.squaredGradientDecayFactor == 0.999)
        try options.set("solverName", to: "rmsprop")
        #expect(options.squaredGradientDecayFactor == 0.9)
        try options.set("initialLearnRate", to: "0.5")
        try options.set("solverName", to: "sgdm")
        #expect(options.initialLearnRate == 0.5)
    }

    @Test(arguments: OptionDescription.all.map(\.key))
    func everyValueReadsBackAsItIsWritten(key: String) throws {
        let option = try OptionDescription.named(key)
        let options = Options()
        var changed = options
        try option.set(option.value(in: options), in: &changed)
        #expect(option.value(in: changed) == option.value(in: options))
    }

    @Test func wordsStandForSpecialNumbers() throws {
        var options = Options()
        try options.set("miniBatchSize", to: "all")
        try options.set("validationPatience", to: "inf")
        try options.set("gradientThreshold", to: "inf")
        #expect(options.miniBatchSize == Options.all)
        #expect(options.validationPatience == Options.unlimited)
        #expect(options.gradientThreshold == .infinity)
    }

    @Test func matlabsShorterNamesForDropsAreUnderstood() throws {
        var options = Options()
        try options.set("dropFactor", to: "0.5")
        try options.set("dropPeriod", to: "3")
        #expect(options.learnRateDropFactor == 0.5)
        #expect(options.learnRateDropPeriod == 3)
    }

    @Test(arguments: [
        ("maxEpoch", "3", "no option 'maxEpoch'; did you mean maxEpochs?"),
        (
            "learnrate", "3",
            "no option 'learnrate'; did you mean initialLearnRate, learnRateDropFactor or learnRateDropPeriod?"
        ),
        (
            "initialLearnRate", "fast",
            "initialLearnRate: 'fast' is not a number; expected a number above 0 to 1000, like 0.01"
        ),
        (
            "initialLearnRate", "0",
            "initialLearnRate: 0 is out of range; expected a number above 0 to 1000, like 0.01"
        ),
        ("momentum", "1.5", "momentum: 1.5 is out of range; expected a number from 0 to 1, like 0.9"),
        ("momentum", "nan", "momentum: 'nan' is not a number; expected a number from 0 to 1, like 0.9"),
        (
            "maxEpochs", "2.5",
            "maxEpochs: 2.5 is out of range; expected a whole number from 1 to 1000000, like 10"
        ),
        (
            "maxEpochs", "1e300",
            "maxEpochs: 1e300 is out of range; expected a whole number from 1 to 1000000, like 10"
        ),
        (
            "executionThreads", "100000",
            "executionThreads: 100000 is out of range; expected a whole number from 0 to 1024, like 2"
        ),
        (
            "miniBatchSize", "0",
            "miniBatchSize: 0 is out of range; expected a whole number from 1, like 128, or 'all'"
        ),
        (
            "maxEpochs", "1\nfoo\u{1B}",
            #"maxEpochs: '1\nfoo\u{1B}' is not a number; expected a whole number from 1 to 1000000, like 10"#
        ),
        ("solverName", "adm", "solverName: 'adm' is not allowed; expected one of sgdm, adam, rmsprop"),
        ("shuffle", "always", "shuffle: 'always' is not allowed; expected one of never, once, every-epoch"),
    ])
    func refusalsSayWhatIsAllowed(key: String, value: String, message: String) {
        var options = Options()
        let error = #expect(throws: OptionError.self) { try options.set(key, to: value) }
        #expect(error?.description == message)
        #expect(options == Options())
    }

    @Test func helpHasALineForEveryOption() {
        let lines = Options.help.split(separator: "\n")
        #expect(lines.count == OptionDescription.all.count)
        #expect(lines.contains { $0.hasPrefix("maxEpochs ") && $0.hasSuffix("passes over the data (30)") })
    }
}

@Suite struct NearestWordTests {
    @Test func swappedLettersAreOneEdit() {
        #expect(nearestWords(to: "cosnie", among: ["none", "cosine", "cyclical"]) == ["cosine"])
    }

    @Test func theNearestComesFirst() {
        #expect(
            nearestWords(to: "relu", among: ["leakyRelu", "relu", "reluu"]) == ["relu", "reluu", "leakyRelu"])
    }

    @Test func nothingIsNearANonsenseWord() {
        #expect(nearestWords(to: "xyzzy", among: ["relu", "softmax"]).isEmpty)
    }

    @Test func aTopIsNamedToWhoGoesBeyondIt() {
        let message = { (value: String) -> String in
            var options = Options()
            do throws(OptionError) { try options.set("verboseFrequency", to: value) } catch {
                return "\(error)"
            }
            return "taken"
        }
        #expect(
            message("0")
                == "verboseFrequency: 0 is out of range; expected a whole number from 1, like 50")
        #expect(
            message("9223372036854775807")
                == "verboseFrequency: 9223372036854775807 is out of range; expected a whole number from 1 to 1000000000000000, "
                + "like 50")
    }
}
