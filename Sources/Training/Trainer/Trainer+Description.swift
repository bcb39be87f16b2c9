import Datasets
import Networks
import Runs
import Tensors

extension Trainer {
    /// What is trained, on what, with which hyperparameters.
    var description: RunDescription {
        let rows = experiment.network.inspect().rows
        return RunDescription(
            run: runName, preset: experiment.preset.name, startedAt: startedAt,
            firstIteration: progress.iteration,
            classNames: experiment.training.classNames,
            layers: rows.map {
                LayerSummary(
                    name: $0.name, type: $0.type, activations: $0.activations?.dimensions ?? [],
                    learnables: $0.learnables, inputs: $0.inputs, macs: $0.macs)
            },
            trainingSamples: experiment.training.count, validationSamples: experiment.validation.count,
            testSamples: experiment.test.count, hyperparameters: hyperparameters,
            seed: experiment.preset.seed,
            threads: workers.count)
    }

    /// Those that mean something in this run; what is turned most often comes first.
    private var hyperparameters: [Hyperparameter] {
        let first =
            (experiment.preset.transfer == nil ? [] : ["freeze"]) + [
                "initialLearnRate", "momentum", "l2Regularization", "learnRateSchedule", "miniBatchSize",
                "validationPatience", "maxEpochs", "validationFrequency",
            ]
        let hasDropout = experiment.network.nodes.contains { $0.layer is Dropout }
        let options = options
        let shown = OptionDescription.all.filter { option in
            (option.solvers.isEmpty || option.solvers.contains(options.solverName))
                && (option.key != "dropout" || hasDropout)
                && (option.key != "activationCacheSize" || options.freeze != .none)
        }
        let leading = first.compactMap { key in shown.first { $0.key == key } }
        let rest = shown.filter { !first.contains($0.key) }
        return (leading + rest).map { option in
            var parameter = option.hyperparameter(in: options)
            if option.key == "freeze" { parameter.kind = .choice(freezeChoices(options.freeze)) }
            return parameter
        }
    }

    /// What can be frozen in this network, with what is frozen now wherever that is.
    private func freezeChoices(_ current: Freeze) -> [String] {
        let choices = Freeze.choices(in: experiment.network)
        return choices.contains(current.text) ? choices : choices + [current.text]
    }
}
