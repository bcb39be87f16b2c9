import Networks
import Tensors

extension Model {
    /// Takes over weights that stand in a file of their own (`.pt`, `.pth`, `.th`, `.safetensors`).
    ///
    /// - Returns: which arrays were matched; parameters without a match keep their values.
    /// - Throws: `WeightFileError` where the file cannot be read, or nothing in it fits the network.
    public mutating func load(weights path: String) throws(WeightFileError) -> WeightReport {
        let report = try StateDictionary(contentsOf: path).load(into: parameters, of: network)
        guard report.matched > 0 else {
            throw WeightFileError(
                path,
                .unsupported(
                    "network \(inQuotes(network.name)) with these weights (\(report))",
                    instead: "name the network that they were trained in"))
        }
        origin = "weights of \(path.split(separator: "/").last.map(String.init) ?? path)"
        if !report.isComplete { notes.append("\(report)") }
        return report
    }
}
