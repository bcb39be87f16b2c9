import Networks
import Tensors

/// Reads models that Keras saved: HDF5 files (`.h5`, `.hdf5`, Keras 2 and 3) and `.keras` zips.
///
/// Source: `keras/src/legacy/saving/legacy_h5_format.py` and `keras/src/saving/saving_lib.py` of Keras 3.
public enum KerasReader {
    /// The model with its weights.
    ///
    /// - Throws: `WeightFileError` where the file is damaged, hostile, without a description of the layers, or uses
    ///   layers that have no equal here.
    public static func model(at path: String) throws(WeightFileError) -> Model {
        let file = try FileBytes(contentsOf: path)
        let start = try file.bytes(at: 0, count: min(2, file.count), "the file")
        return start == [0x50, 0x4b] ? try zipped(path) : try hdf5(file)
    }

    private static func hdf5(_ bytes: FileBytes) throws(WeightFileError) -> Model {
        let file = try HDF5File(bytes)
        let root = try file.root()
        guard let text = try file.texts(named: "model_config", of: root)?.first else {
            throw file.error(
                .unsupported(
                    "a file of weights alone (no model_config)",
                    instead: "load it into a network with --network"))
        }
        var version = try file.texts(named: "keras_version", of: root)?.first
        if version == nil, let group = try file.object("model_weights", in: root) {
            version = try file.texts(named: "keras_version", of: group)?.first
        }
        return try model(Array(text.utf8), version: version ?? "", KerasArrays(file), path: bytes.path)
    }

    private static func zipped(_ path: String) throws(WeightFileError) -> Model {
        let archive = try ZipArchive(contentsOf: path)
        // Stored as they are, so that nothing unpacks to more than the file; twice that for what was packed again, and
        // a megabyte where text and zeros pack small.
        let most = max(1 << 20, 2 * archive.fileSize)
        let configuration = try archive.bytes(of: "config.json", atMost: most)
        let metadata = try? archive.bytes(of: "metadata.json", atMost: most)
        var version: String?
        if let metadata {
            version = try JSONValue(parsing: metadata, what: "metadata.json", path: path)["keras_version"]?
                .text
        }
        let weights = FileBytes(try archive.bytes(of: "model.weights.h5", atMost: most), path: path)
        return try model(configuration, version: version ?? "3", KerasArrays(HDF5File(weights)), path: path)
    }

    private static func model(
        _ text: [UInt8], version: String, _ arrays: KerasArrays, path: String
    ) throws(WeightFileError) -> Model {
        let json = try JSONValue(parsing: text, what: "the model's configuration", path: path)
        let configuration = try KerasConfiguration(json, path: path)
        let builder = try KerasBuilder(configuration, isVersion3: version.hasPrefix("3"), path: path)
        let parameters = try builder.parameters(from: arrays)
        return Model(
            name: configuration.name, network: builder.network, parameters: parameters,
            origin: version.isEmpty ? "Keras" : "Keras \(version)", notes: builder.notes)
    }
}

extension KerasBuilder {
    /// All shapes are compared before any memory is taken for values.
    fileprivate func parameters(from arrays: KerasArrays) throws(WeightFileError) -> Parameters<Float> {
        var found: [(need: Need, array: KerasArray)] = []
        for need in needs { found.append((need, try array(for: need, in: arrays))) }
        let parameters: Parameters<Float>
        do throws(NetworkError) {
            parameters = try Parameters(network, random: RandomSource(seed: 0))
        } catch {
            throw self.error(.damaged("\(error)"))
        }
        for (name, values) in constants { parameters.set(name, to: values) }
        for (need, array) in found {
            let values = try arrays.file.floats(array.object, named: array.name)
            parameters.set(need.entry, to: need.arrangement.applied(to: values, of: need.shape))
        }
        return parameters
    }

    private func array(for need: Need, in arrays: KerasArrays) throws(WeightFileError) -> KerasArray {
        let present = try arrays.arrays(at: need.place)
        guard need.index < present.count else {
            throw error(
                .damaged(
                    "layer \(inQuotes(need.place.names.joined(separator: "/"))) has \(present.count) arrays, "
                        + "\(shown(need.entry)) would be number \(need.index + 1)"))
        }
        let array = present[need.index]
        guard array.object.shape == need.shape else {
            let shape = array.object.shape.map { "\($0)" } ?? "no"
            throw error(.damaged("\(inQuotes(array.name)) has shape \(shape), the layer needs \(need.shape)"))
        }
        return array
    }
}

extension KerasBuilder.Arrangement {
    /// Keras's array of this shape in our order.
    func applied(to values: [Float], of shape: [Int]) -> [Float] {
        switch self {
        case .vector(nil): return values
        case .vector(let order?): return order.map { values[$0] }
        case .dense(let order):
            let (inputs, outputs) = (shape[0], shape[1])
            return transposed(values, [outputs, inputs], strides: [1, outputs], columns: order)
        case .axes(let axes):
            var strides = Array(repeating: 1, count: shape.count)
            for axis in shape.indices.dropLast().reversed() {
                strides[axis] = strides[axis + 1] * shape[axis + 1]
            }
            return transposed(values, axes.map { shape[$0] }, strides: axes.map { strides[$0] }, columns: nil)
        }
    }

    /// Row-major over `sizes`; element `i, j, …` is found at `i · strides[0] + j · strides[1] + …`.
    ///
    /// - Parameter columns: which index of the last axis comes at each place; in their own order when nil.
    private func transposed(
        _ values: [Float], _ sizes: [Int], strides: [Int], columns: [Int]?
    ) -> [Float] {
        var starts = [0]
        for (size, stride) in zip(sizes, strides).dropLast() {
            starts = starts.flatMap { start in (0..<size).map { start + $0 * stride } }
        }
        guard let width = sizes.last, let stride = strides.last else { return values }
        var result: [Float] = []
        result.reserveCapacity(values.count)
        for start in starts {
            for column in 0..<width { result.append(values[start + (columns?[column] ?? column) * stride]) }
        }
        return result
    }
}
