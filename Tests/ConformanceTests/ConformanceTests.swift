import Interchange
import Networks
import Testing

@Suite(ConformanceArchive.isPresent)
struct ConformanceTests {
    @Test(arguments: Scope.all.imported)
    func theImporterGivesTheExpectedOutputs(_ test: OperatorCase) throws {
        let trial = try ImportTrial(test)
        for (found, expected) in zip(trial.outputs, test.outputs) {
            let found = try #require(found)
            #expect(found.shape == expected.shape)
            #expect(worstDifference(found.reals, expected.reals) < test.tolerance)
        }
    }

    @Test(arguments: Scope.all.normalizations)
    func batchNormalizationTrains(_ test: OperatorCase) throws {
        let trial = try TrainingNormalization(test)
        #expect(worstDifference(trial.output, test.outputs[0].reals) < 1e-5)
        #expect(worstDifference(trial.mean, trial.expectedMean) < 1e-5)
        #expect(worstDifference(trial.variance, trial.expectedVariance) < 1e-5)
    }

    @Test(arguments: Scope.all.losses)
    func lossesAreTheExpectedOnes(_ test: OperatorCase) throws {
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
    @Test(.enabled(if: ConformanceArchive.isChosenSet)) func whatIsTestedAndWhatIsNot() {
        let scope = Scope.all
        print(scope.summary)
        #expect(scope.imported.count == 223)
        #expect(scope.normalizations.count == 2)
        #expect(scope.losses.count == 52)
        #expect(scope.solvers.count == 4)
        let skipped = scope.skipped.values.flatMap { $0 }.sorted()
        #expect(
            skipped == [
                "test_adagrad", "test_adagrad_multiple",
                "test_averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True",
                "test_identity_opt", "test_identity_sequence",
                "test_maxpool_with_argmax_2d_precomputed_pads",
                "test_maxpool_with_argmax_2d_precomputed_strides", "test_nesterov_momentum",
                "test_training_dropout", "test_training_dropout_default",
                "test_training_dropout_default_mask", "test_training_dropout_mask",
            ])
    }

    @Test(.enabled(if: !ConformanceArchive.isChosenSet)) func whatTheWholeSetLeavesOut() {
        print(Scope.all.summary)
        #expect(Scope.all.imported.count > 223)
    }
}
