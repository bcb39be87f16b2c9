import FoundationEssentials

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
    /// Decodes `raw_data` or the field of the element's type, as `onnx.proto` says which holds what.
    ///
    /// - Throws: `ONNXError.badTensor` where type, shape and data do not belong together.
    package init(_ tensor: Onnx_TensorProto, path: String) throws(ONNXError) {
        let reader = ONNXTensorReader(tensor: tensor, path: path)
        self.init(name: tensor.name, shape: try reader.shape(), elements: try reader.elements())
    }
}

private struct ONNXTensorReader {
    let tensor: Onnx_TensorProto
    let path: String

    func error(_ reason: String) -> ONNXError {
        .badTensor(path: path, name: tensor.name, reason: reason)
    }

    func shape() throws(ONNXError) -> [Int] {
        var count = 1
        for extent in tensor.dims {
            let (product, overflows) = count.multipliedReportingOverflow(by: Int(extent))
            guard extent >= 0, !overflows else { throw error("impossible shape \(tensor.dims)") }
            count = product
        }
        return tensor.dims.map { Int($0) }
    }

    func elements() throws(ONNXError) -> ONNXTensor.Elements {
        guard tensor.dataLocation == .default else {
            throw error("its data lie in another file, which is not read")
        }
        let count = try shape().reduce(1, *)
        let elements = try tensor.rawData.isEmpty ? typedElements() : rawElements()
        guard elements.count == count else {
            throw error("shape \(tensor.dims) needs \(count) elements, found \(elements.count)")
        }
        return elements
    }

    private var type: Onnx_TensorProto.DataType { .init(rawValue: Int(tensor.dataType)) ?? .undefined }

    private func typedElements() throws(ONNXError) -> ONNXTensor.Elements {
        switch type {
        case .float: return .floats(tensor.floatData)
        case .double: return .doubles(tensor.doubleData)
        case .int64: return .integers(tensor.int64Data)
        case .int8, .uint8, .int16, .uint16, .int32, .bool:
            return .integers(tensor.int32Data.map { Int64($0) })
        case .float16:
            return .floats(tensor.int32Data.map { Float(float16Bits: UInt16(truncatingIfNeeded: $0)) })
        case .bfloat16:
            return .floats(tensor.int32Data.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
        case .uint32, .uint64: return .integers(try tensor.uint64Data.map(signed))
        default: throw error("element type \(tensor.dataType) is not read")
        }
    }

    private func rawElements() throws(ONNXError) -> ONNXTensor.Elements {
        switch type {
        case .float: .floats(try raw(Float.self))
        case .double: .doubles(try raw(Double.self))
        case .float16: .floats(try raw(UInt16.self).map { Float(float16Bits: $0) })
        case .bfloat16: .floats(try raw(UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
        case .int8: .integers(try raw(Int8.self).map { Int64($0) })
        case .uint8, .bool: .integers(try raw(UInt8.self).map { Int64($0) })
        case .int16: .integers(try raw(Int16.self).map { Int64($0) })
        case .uint16: .integers(try raw(UInt16.self).map { Int64($0) })
        case .int32: .integers(try raw(Int32.self).map { Int64($0) })
        case .uint32: .integers(try raw(UInt32.self).map { Int64($0) })
        case .int64: .integers(try raw(Int64.self))
        case .uint64: .integers(try raw(UInt64.self).map(signed))
        default: throw error("element type \(tensor.dataType) is not read")
        }
    }

    private func raw<Element: BitwiseCopyable>(_: Element.Type) throws(ONNXError) -> [Element] {
        let size = MemoryLayout<Element>.size
        guard tensor.rawData.count.isMultiple(of: size) else {
            throw error("\(tensor.rawData.count) bytes are no whole number of elements of \(size)")
        }
        return tensor.rawData.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: size).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: Element.self)
            }
        }
    }

    private func signed(_ value: UInt64) throws(ONNXError) -> Int64 {
        guard let signed = Int64(exactly: value) else { throw error("\(value) is too large an integer") }
        return signed
    }
}
