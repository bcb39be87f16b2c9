/// Named tensors and a metadata map, as the safetensors format stores them.
///
/// A file is eight bytes (the header's length, little-endian), a JSON header
/// `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, …, "__metadata__": {text: text}}`
/// and the tensors' bytes, without a hole or an overlap.
/// Source: https://github.com/huggingface/safetensors, section "Format".
public struct Safetensors: Sendable, Equatable {
    public var tensors: [String: Tensor]
    public var metadata: [String: String]

    public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// The tensor of a name.
    ///
    /// - Throws: `SafetensorsError.missingTensor` when the file has none of this name.
    public func tensor(named name: String, in path: String = "safetensors") throws(SafetensorsError) -> Tensor
    {
        guard let tensor = tensors[name] else {
            throw .missingTensor(path: path, name: name, present: tensors.keys.sorted())
        }
        return tensor
    }
}

extension Safetensors {
    /// How an element is stored; raw values are the format's own names.
    public enum ElementType: String, Sendable, Hashable, CaseIterable {
        case bool = "BOOL"
        case uint8 = "U8"
        case int8 = "I8"
        case float8e5m2 = "F8_E5M2"
        case float8e4m3 = "F8_E4M3"
        case int16 = "I16"
        case uint16 = "U16"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case int32 = "I32"
        case uint32 = "U32"
        case float32 = "F32"
        case float64 = "F64"
        case int64 = "I64"
        case uint64 = "U64"

        /// Bytes of one element.
        public var size: Int {
            switch self {
            case .bool, .uint8, .int8, .float8e5m2, .float8e4m3: 1
            case .int16, .uint16, .float16, .bfloat16: 2
            case .int32, .uint32, .float32: 4
            case .float64, .int64, .uint64: 8
            }
        }
    }

    /// One tensor: little-endian elements, row-major.
    public struct Tensor: Sendable, Equatable {
        public let type: ElementType
        public let shape: [Int]
        public let bytes: [UInt8]

        public init(type: ElementType, shape: [Int], bytes: [UInt8]) {
            let count = shape.reduce(1, *)
            precondition(
                bytes.count == count * type.size,
                "\(bytes.count) bytes for a tensor of \(count) elements of \(type.size) bytes")
            self.type = type
            self.shape = shape
            self.bytes = bytes
        }

        /// Number of elements; 1 for a scalar (shape `[]`).
        public var count: Int { shape.reduce(1, *) }
    }
}
