import Datasets
import Networks
import Runs

extension Trainer {
    /// Changes an option from the next iteration on, or says why not.
    func edit(_ key: String, to value: String, _ command: RunCommand) {
        do {
            let option = try OptionDescription.named(key)
            var edited = options
            try option.set(value, in: &edited)
            if option.key == "freeze" { _ = try edited.freeze.boundary(in: experiment.network) }
            if let objection = objection(to: option, edited) { return refuse(command, objection) }
            try apply(option, edited)
        } catch {
            refuse(command, String(describing: error))
        }
    }

    private func apply(_ option: OptionDescription, _ edited: Options) throws {
        let change = HyperparameterChange(
            key: option.key, from: option.value(in: options), to: option.value(in: edited),
            iteration: progress.iteration)
        let planned = course.plan
        // First what can fail, so that a refused change leaves nothing behind.
        try step.resize(to: min(edited.miniBatchSize, experiment.training.count))
        if edited.freeze != options.freeze { try freeze(edited.freeze) }
        options = edited
        step.dropout = edited.dropout < 0 ? nil : edited.dropout
        supervisor.report(.changed(change))
        if course.plan != planned { supervisor.report(.planned(course.plan)) }
    }

    /// Why a change makes no sense in this run, at this point; nil when it does.
    private func objection(to option: OptionDescription, _ edited: Options) -> String? {
        let key = option.key
        let value = option.value(in: edited)
        if !option.isLive {
            return "\(key) cannot be changed while the run is going; start another run with it"
        }
        if value == option.value(in: options) { return "\(key) is \(value) already" }
        if !option.solvers.isEmpty, !option.solvers.contains(options.solverName) {
            let solvers = option.solvers.map(\.rawValue).joined(separator: " and ")
            return "\(key) belongs to \(solvers); this run uses \(options.solverName.rawValue)"
        }
        if !option.applies(to: options) {
            let schedules = option.schedules.map(\.rawValue).joined(separator: " or ")
            return "\(key) has no effect with learnRateSchedule \(options.learnRateSchedule.rawValue); "
                + "set learnRateSchedule to \(schedules) first"
        }
        return objectionOfTheRun(key, edited)
    }

    private func objectionOfTheRun(_ key: String, _ edited: Options) -> String? {
        let samples = experiment.training.count
        switch key {
        case "maxEpochs" where edited.maxEpochs < progress.epochNumber:
            return "maxEpochs: the run is in epoch \(progress.epochNumber) already; "
                + "give at least \(progress.epochNumber), or stop it"
        case "miniBatchSize" where edited.miniBatchSize != Options.all && edited.miniBatchSize > samples:
            return "miniBatchSize: there are only \(samples) training samples; 'all' takes them all"
        case "validationFrequency", "validationPatience", "objectiveMetricName", "outputNetwork":
            return experiment.validation.count == 0 ? "\(key): this run has no validation samples" : nil
        case "dropout":
            let hasDropout = experiment.network.nodes.contains { $0.layer is Dropout }
            return hasDropout ? nil : "dropout: the network has no dropout layer"
        case "checkpointFrequency", "checkpointsKept":
            return folder == nil ? "\(key): this run has no directory to write checkpoints to" : nil
        default:
            return nil
        }
    }
}
