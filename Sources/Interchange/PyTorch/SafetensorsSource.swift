/// The arrays of a safetensors file.
struct SafetensorsSource: TensorSource {
    let entries: [StateDictionary.Entry]
    private let file: SafetensorsFile
    private let offsets: [Int]

    init(contentsOf path: String) throws(WeightFileError) {
        do throws(SafetensorsError) {
            file = try SafetensorsFile(path: path)
            let (header, start) = try file.header()
            entries = header.entries.map {
                StateDictionary.Entry(name: $0.name, type: $0.type, shape: $0.shape)
            }
            offsets = header.entries.map { start + $0.range.lowerBound }
        } catch {
            throw WeightFileError(path, .safetensors(error))
        }
    }

    func read(_ index: Int, into target: UnsafeMutableBufferPointer<Float>) throws(WeightFileError) -> Bool {
        guard entries[index].type == .float32, entries[index].count == target.count else { return false }
        do throws(SafetensorsError) {
            try file.read(at: offsets[index], into: target)
        } catch {
            throw WeightFileError(file.path, .safetensors(error))
        }
        return true
    }

    func floats(of index: Int) throws(WeightFileError) -> [Float] {
        let entry = entries[index]
        let bytes: [UInt8]
        do throws(SafetensorsError) {
            bytes = try file.bytes(at: offsets[index], count: entry.count * entry.type.size)
        } catch {
            throw WeightFileError(file.path, .safetensors(error))
        }
        return try decodedFloats(bytes, as: entry.type, in: file.path)
    }
}

/// Little-endian numbers of any type that has a `Float`.
func decodedFloats(
    _ bytes: [UInt8], as type: Safetensors.ElementType, in path: String
) throws(WeightFileError) -> [Float] {
    let tensor = Safetensors.Tensor(type: type, shape: [bytes.count / type.size], bytes: bytes)
    if let floats = tensor.floats() { return floats }
    if let integers = tensor.integers() { return integers.map { Float($0) } }
    throw WeightFileError(
        path, .unsupported("numbers of type \(type.rawValue)", instead: "save the weights as float32"))
}
