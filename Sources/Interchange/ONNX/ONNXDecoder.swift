/// Turns the bytes of a tensor into numbers, as `onnx.proto` says which field holds which type how.
struct ONNXDecoder {
    let constant: ONNXConstant

    /// Little-endian elements, one behind the other.
    func raw(_ bytes: [UInt8]) throws(ONNXError) -> ONNXTensor.Elements {
        switch constant.type {
        case .float: .floats(try numbers(bytes, of: Float.self))
        case .double: .doubles(try numbers(bytes, of: Double.self))
        case .float16: .floats(try numbers(bytes, of: UInt16.self).map { Float(float16Bits: $0) })
        case .bfloat16:
            .floats(try numbers(bytes, of: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
        case .int8: .integers(try numbers(bytes, of: Int8.self).map { Int64($0) })
        case .uint8, .bool: .integers(bytes.map { Int64($0) })
        case .int16: .integers(try numbers(bytes, of: Int16.self).map { Int64($0) })
        case .uint16: .integers(try numbers(bytes, of: UInt16.self).map { Int64($0) })
        case .int32: .integers(try numbers(bytes, of: Int32.self).map { Int64($0) })
        case .uint32: .integers(try numbers(bytes, of: UInt32.self).map { Int64($0) })
        case .int64: .integers(try numbers(bytes, of: Int64.self))
        case .uint64: .integers(try signed(numbers(bytes, of: UInt64.self)))
        default: throw constant.unknownType
        }
    }

    /// A field for numbers of the element's type, packed.
    func packed(_ bytes: [UInt8], field: Int) throws(ONNXError) -> ONNXTensor.Elements {
        switch field {
        case 4: return .floats(try numbers(bytes, of: Float.self))
        case 10: return .doubles(try numbers(bytes, of: Double.self))
        default:
            var values: [UInt64] = []
            values.reserveCapacity(constant.count)
            var (value, shift): (UInt64, UInt64) = (0, 0)
            for byte in bytes {
                guard shift < 70, values.count < constant.count else {
                    throw constant.error("its contents are damaged")
                }
                value |= UInt64(byte & 0x7f) << shift
                shift += 7
                guard byte < 0x80 else { continue }
                values.append(value)
                (value, shift) = (0, 0)
            }
            return try fromNumbers(values.map { Int64(bitPattern: $0) })
        }
    }

    /// Short contents in the fields of the message itself.
    func typed(_ tensor: Onnx_TensorProto) throws(ONNXError) -> ONNXTensor.Elements {
        switch constant.type {
        case .float: .floats(tensor.floatData)
        case .double: .doubles(tensor.doubleData)
        case .int64: .integers(tensor.int64Data)
        case .uint32, .uint64: .integers(try signed(tensor.uint64Data))
        default: try fromNumbers(tensor.int32Data.map { Int64($0) })
        }
    }

    /// From `int32_data` and its like, where halves are their bits.
    private func fromNumbers(_ values: [Int64]) throws(ONNXError) -> ONNXTensor.Elements {
        switch constant.type {
        case .int8, .uint8, .int16, .uint16, .int32, .bool, .int64: return .integers(values)
        case .uint32, .uint64: return .integers(try signed(values.map { UInt64(bitPattern: $0) }))
        case .float16:
            return .floats(values.map { Float(float16Bits: UInt16(truncatingIfNeeded: $0)) })
        case .bfloat16:
            return .floats(values.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
        default: throw constant.unknownType
        }
    }

    private func numbers<Number: BitwiseCopyable>(
        _ bytes: [UInt8], of: Number.Type
    ) throws(ONNXError) -> [Number] {
        let size = MemoryLayout<Number>.size
        guard bytes.count.isMultiple(of: size) else {
            throw constant.error("\(bytes.count) bytes are no whole number of elements of \(size)")
        }
        return bytes.withUnsafeBytes { bytes in
            [Number](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
                count = bytes.count / size
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
            }
        }
    }

    private func signed(_ values: [UInt64]) throws(ONNXError) -> [Int64] {
        var result: [Int64] = []
        result.reserveCapacity(values.count)
        for value in values {
            guard let signed = Int64(exactly: value) else {
                throw constant.error("\(value) is too large an integer")
            }
            result.append(signed)
        }
        return result
    }
}
