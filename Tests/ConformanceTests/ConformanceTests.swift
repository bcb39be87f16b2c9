import Interchange
import Networks
import Testing

@Suite(ConformanceArchive.isPresent)
struct ConformanceTests {
    @Test(arguments: Scope.all.layers)
    func layersGiveTheExpectedOutputs(_ test: OperatorCase) throws {
        let trial = try Trial(test)
        let outcome = try trial.run()
        #expect(worstDifference(outcome.output, trial.expected) < 1e-5)
        for (name, expected) in trial.expectedState {
            let found = try #require(outcome.parameters[name], "\(name)")
            #expect(worstDifference(found, expected) < 1e-5, "\(name)")
        }
    }

    @Test(arguments: Scope.all.losses)
    func crossEntropyGivesTheExpectedLosses(_ test: OperatorCase) throws {
        let trial = try LossTrial(test)
        let outcome = try trial.run()
        #expect(worstDifference(outcome.losses, trial.expectedLosses) < 1e-5)
        #expect(worstDifference(outcome.logProbabilities, trial.expectedLogProbabilities) < 1e-5)
    }

    @Test(arguments: Scope.all.solvers)
    func solversTakeTheExpectedStep(_ test: OperatorCase) throws {
        let trial = try SolverTrial(test)
        for (found, expected) in zip(trial.run(), trial.expected) {
            #expect(worstDifference(found, expected.flatMap { $0.floats ?? [] }) < 1e-5)
        }
    }

    /// Every case of the archive is either tested above or left out for one of these reasons.
    @Test func whatIsTestedAndWhatIsNot() {
        let scope = Scope.all
        let listing = scope.skipped.sorted { $0.key < $1.key }.map { "\($0.value.count) × \($0.key)" }
        print(
            "ONNX conformance: \(scope.layers.count) layer cases, \(scope.losses.count) loss cases, "
                + "\(scope.solvers.count) solver cases; left out: \(listing.joined(separator: ", "))")
        #expect(scope.layers.count == 97)
        #expect(scope.losses.count == 10)
        #expect(scope.solvers.count == 4)
        let withoutLayer = scope.skipped.filter { $0.key.hasPrefix("no layer for ") }
        #expect(withoutLayer.values.reduce(0) { $0 + $1.count } == 132)
        #expect(
            scope.skipped.filter { withoutLayer[$0.key] == nil }.mapValues(\.count) == [
                "Nesterov's momentum": 1,
                "a bias for each sample": 1,
                "a product for each sample": 2,
                "a sum of one": 1,
                "broadcasting": 1,
                "elements that are not floating-point": 2,
                "labels to be ignored": 8,
                "more than one operator, or no tensors": 2,
                "more than two spatial axes": 12,
                "random numbers of another generator": 4,
                "weights of classes": 16,
            ])
    }
}
