/// A tensor of an ONNX file with its elements decoded, row-major.
public struct ONNXTensor: Sendable, Equatable {
    public enum Elements: Sendable, Equatable {
        /// From FLOAT, FLOAT16 and BFLOAT16.
        case floats([Float])
        case doubles([Double])
        /// From all integer types and BOOL.
        case integers([Int64])

        public var count: Int {
            switch self {
            case .floats(let values): values.count
            case .doubles(let values): values.count
            case .integers(let values): values.count
            }
        }
    }

    public let name: String
    /// Empty for a scalar.
    public let shape: [Int]
    public let elements: Elements

    public init(name: String, shape: [Int], elements: Elements) {
        self.name = name
        self.shape = shape
        self.elements = elements
    }

    /// The elements where they are of a 16- or 32-bit floating-point type.
    public var floats: [Float]? {
        if case .floats(let values) = elements { values } else { nil }
    }

    /// The elements where they are of an integer type.
    public var integers: [Int64]? {
        if case .integers(let values) = elements { values } else { nil }
    }
}

extension ONNXTensor {
    /// Decodes a message that holds all of its contents.
    ///
    /// - Throws: `ONNXError.badTensor` where type, shape and data do not belong together.
    package init(_ tensor: Onnx_TensorProto, path: String) throws(ONNXError) {
        self = try ONNXConstant(tensor, in: nil, path: path).decoded()
    }
}
