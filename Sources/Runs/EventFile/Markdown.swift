/// What TensorBoard's text page shows.
extension RunDescription {
    var markdown: String {
        let facts = [
            ("run", run), ("preset", preset), ("training samples", "\(trainingSamples)"),
            ("validation samples", "\(validationSamples)"), ("test samples", "\(testSamples)"),
            ("classes", classNames.joined(separator: ", ")), ("seed", "\(seed)"), ("threads", "\(threads)"),
            ("first iteration", "\(firstIteration + 1)"),
        ]
        let options = hyperparameters.map { ($0.key, $0.value) }
        let rows = layers.map { layer in
            "| \(layer.name) | \(layer.type) | \(layer.sizes) | \(layer.learnables) |"
        }
        return table(facts) + "\n\n" + table(options)
            + "\n\n| layer | type | activations | learnables |\n|---|---|---|---:|\n"
            + rows.joined(separator: "\n")
    }

    private func table(_ rows: [(String, String)]) -> String {
        "| | |\n|---|---|\n" + rows.map { "| \($0) | \($1) |" }.joined(separator: "\n")
    }
}

extension StopRecord {
    var markdown: String {
        let best = bestValidationAccuracy.map { ", best validation accuracy \($0)" } ?? ""
        let accuracy = savedAccuracy.map { " with validation accuracy \($0)" } ?? ""
        return "stopped: \(reason.words) after iteration \(iteration)\(best)"
            + (saved.map { ", saved `\($0)`\(accuracy)" } ?? "")
    }
}
