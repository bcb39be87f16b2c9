import Datasets
import Networks
import Runs
import Tensors

extension Trainer {
    /// Freezes other layers from the next iteration on; fails before anything has changed.
    func freeze(_ freeze: Freeze) throws {
        let frozen = try experiment.frozenLayers(
            freeze, parameters: parameters, workers: workers, beside: folder?.run)
        let evaluator = try Evaluator(
            experiment.network, behind: frozen, loss: experiment.loss, parameters: parameters,
            workers: workers)
        try step.freeze(frozen)
        self.evaluator = evaluator
        step.optimizer.take(parameters.tensors(of: frozen?.rest ?? experiment.network))
        for note in freezeNotes() { supervisor.report(.noted(note)) }
    }

    /// What is frozen, and what becomes of its activations.
    func freezeNotes() -> [Note] {
        guard let frozen = step.frozen else { return [] }
        let rest = Set(frozen.rest.nodes.map(\.name))
        let learning = parameters.entries.filter { rest.contains($0.layer) }.reduce(0) { $0 + $1.range.count }
        let samples = experiment.keptTrainingSamples
        var text =
            "frozen up to \(frozen.boundary): \(learning) of \(parameters.learnableCount) weights learn; "
        if samples == 0 { text += "with augmentation, training samples are computed in every epoch; " }
        text += frozen.summary(of: samples + experiment.validation.count)
        var notes = [Note(.information, text, iteration: progress.iteration)]
        if let fault = frozen.fault { notes.append(Note(.warning, fault, iteration: progress.iteration)) }
        return notes
    }
}

extension Experiment {
    /// Training samples that come again as they were.
    var keptTrainingSamples: Int { training.augmentation == nil ? training.count : 0 }

    /// The frozen layers that an option means; nil where nothing is frozen.
    func frozenLayers(
        _ freeze: Freeze, parameters: Parameters<Float>, workers: Workers, beside run: RunDirectory?
    ) throws -> FrozenLayers? {
        guard let boundary = try freeze.boundary(in: network) else { return nil }
        return try FrozenLayers(
            network, upTo: boundary, parameters: parameters, workers: workers,
            samples: keptTrainingSamples + validation.count, path: run?.activationCache,
            limit: preset.options.activationCacheSize << 20)
    }
}

extension Parameters<Float> {
    /// Where the arrays of a part of the network lie, and their factors: what a solver works on.
    func tensors(of part: Network) -> [(range: Range<Int>, learnRateFactor: Float, l2Factor: Float)] {
        let layers = Set(part.nodes.map(\.name))
        return entries.filter { layers.contains($0.layer) }.map {
            ($0.range, $0.learnRateFactor, $0.l2Factor)
        }
    }

    /// Takes over what others have under the same name in the same shape.
    func adopt(_ others: Parameters) {
        let known = Dictionary(
            (others.entries + others.stateEntries).map { ($0.name, $0.shape) },
            uniquingKeysWith: { first, _ in first })
        for entry in entries + stateEntries where known[entry.name] == entry.shape {
            if let values = others[entry.name] { set(entry.name, to: values) }
        }
    }
}
