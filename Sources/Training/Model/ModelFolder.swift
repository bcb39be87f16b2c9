import FoundationEssentials
import Glibc
import Interchange
import Networks
import Tensors
import Yams

/// A model as this program keeps it: a folder with `model.yaml`, which says what it is in the language of presets,
/// and `weights.safetensors`, whose tensors bear the layers' names.
extension Model {
    static let descriptionFile = "model.yaml"
    static let weightsFile = "weights.safetensors"

    /// Writes the folder, which is made where it is not there, with those that it lies in; what was in these two files is replaced.
    ///
    /// - Throws: `PresetError` or `SafetensorsError` where something cannot be written.
    public func write(to folder: String) throws {
        for end in folder.indices where folder[end] == "/" && end > folder.startIndex {
            mkdir(String(folder[..<end]), 0o755)
        }
        let isNew = mkdir(folder, 0o755) == 0
        guard isNew || errno == EEXIST else {
            throw PresetError(folder, .notWritable(reason: String(cString: strerror(errno))))
        }
        do { try writeFiles(to: folder) } catch {
            if isNew {
                for file in [Self.weightsFile, Self.descriptionFile] { unlink("\(folder)/\(file)") }
                rmdir(folder)
            }
            throw error
        }
    }

    private func writeFiles(to folder: String) throws {
        try Safetensors.write(
            parameters, metadata: ["format": "cnntop model 1"], to: "\(folder)/\(Self.weightsFile)")
        let path = "\(folder)/\(Self.descriptionFile)"
        do {
            try Data(yaml.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw PresetError(path, .notWritable(reason: "the disk may be full, or the folder protected"))
        }
    }

    /// Reads such a folder.
    ///
    /// - Throws: `PresetError` or `SafetensorsError`, in one line.
    public init(folder: String) throws {
        let path = "\(folder)/\(Self.descriptionFile)"
        let text = try Preset.text(of: path)
        let top = PresetNode(node: try Preset.compose(text, file: path), file: path, path: "")
        let fields = try top.fields(
            of: "model", known: ["name", "origin", "input", "classes", "preprocessing", "network"])
        let name = try fields.required("name", expected: "a name").text(expected: "a name")
        let shape = try fields.required("input", expected: "[channels, height, width]").shape()
        var network = Network(name: name, input: shape)
        let layers = try NetworkReader.read(try fields.required("network", expected: "a list of layers"))
        for layer in layers { network.append(layer.layer, named: layer.name, after: layer.inputs) }
        let parameters: Parameters<Float>
        do {
            parameters = try Parameters(unfilled: network)
        } catch {
            throw PresetError(path, .network(error.problems.map(\.description).joined(separator: " · ")))
        }
        try Safetensors.fill(parameters, from: "\(folder)/\(Self.weightsFile)")
        var classNames: [String] = []
        for item in try fields["classes"]?.list(expected: "names of classes") ?? [] {
            classNames.append(try item.text(expected: "the name of a class"))
        }
        self.init(
            name: name, network: network, parameters: parameters, classNames: classNames,
            preprocessing: try Self.preprocessing(fields, channels: shape.channels),
            origin: try fields["origin"]?.text(expected: "where it comes from") ?? "")
    }

    private static func preprocessing(
        _ fields: PresetFields, channels: Int
    ) throws(PresetError) -> Preprocessing? {
        guard let node = fields["preprocessing"] else { return nil }
        let expected = "like rgb factors 1,1,1 offsets 0,0,0 crop 256"
        let text = try node.text(expected: expected)
        guard let preprocessing = Preprocessing(text), preprocessing.factors.count == channels else {
            throw node.error(
                .wrongKind(
                    of: "preprocessing", found: "'\(text)'", expected: "\(channels) of each, \(expected)"))
        }
        return preprocessing
    }

    private var yaml: String {
        let shape = network.input
        var lines = [
            "name: \(quoted(name))", "origin: \(quoted(origin))",
            "input: [\(shape.channels), \(shape.height), \(shape.width)]",
        ]
        if let preprocessing { lines.append("preprocessing: \(quoted(preprocessing.description))") }
        if !classNames.isEmpty {
            lines.append("classes:")
            lines += classNames.map { "  - \(quoted($0))" }
        }
        lines.append("network:")
        lines += network.presetLines.map { "  \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
