// The conversions between Swift's numbers and a tensor's bytes. They assume a little-endian machine, as x86-64
// and ARM64 are, so a buffer's memory is the file's content.

extension Safetensors.Tensor {
    public init(_ values: some Collection<Float>, shape: [Int]) {
        self.init(type: .float32, shape: shape, bytes: littleEndianBytes(of: values))
    }

    public init(_ values: some Collection<Double>, shape: [Int]) {
        self.init(type: .float64, shape: shape, bytes: littleEndianBytes(of: values))
    }

    public init(_ values: some Collection<Int64>, shape: [Int]) {
        self.init(type: .int64, shape: shape, bytes: littleEndianBytes(of: values))
    }

    public init(_ values: some Collection<UInt64>, shape: [Int]) {
        self.init(type: .uint64, shape: shape, bytes: littleEndianBytes(of: values))
    }

    public init(_ values: some Collection<UInt8>, shape: [Int]) {
        self.init(type: .uint8, shape: shape, bytes: Array(values))
    }

    /// The elements as `Float`, from any floating-point type of 16 bits or more; `nil` for the other types.
    public func floats() -> [Float]? {
        switch type {
        case .float32: elements(as: Float.self)
        case .float64: elements(as: Double.self).map { Float($0) }
        case .float16: elements(as: UInt16.self).map { Float(float16Bits: $0) }
        case .bfloat16: elements(as: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
        default: nil
        }
    }

    /// The elements as `Double`, from any floating-point type of 16 bits or more; `nil` for the other types.
    public func doubles() -> [Double]? {
        type == .float64 ? elements(as: Double.self) : floats()?.map { Double($0) }
    }

    /// The elements as `Int64`, from any integer type whose values fit; `nil` for the other types.
    public func integers() -> [Int64]? {
        switch type {
        case .bool, .uint8: bytes.map { Int64($0) }
        case .int8: bytes.map { Int64(Int8(bitPattern: $0)) }
        case .int16: elements(as: Int16.self).map { Int64($0) }
        case .uint16: elements(as: UInt16.self).map { Int64($0) }
        case .int32: elements(as: Int32.self).map { Int64($0) }
        case .uint32: elements(as: UInt32.self).map { Int64($0) }
        case .int64: elements(as: Int64.self)
        default: nil
        }
    }

    private func elements<Element: BitwiseCopyable>(as _: Element.Type) -> [Element] {
        bytes.withUnsafeBytes { raw in
            (0..<count).map {
                raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self)
            }
        }
    }
}

private func littleEndianBytes<Element: BitwiseCopyable>(of values: some Collection<Element>) -> [UInt8] {
    let copied = values.withContiguousStorageIfAvailable { Array(UnsafeRawBufferPointer($0)) }
    return copied ?? Array(values).withUnsafeBytes { Array($0) }
}

extension Float {
    /// The value of an IEEE 754 half; exact, subnormals, infinities and NaN included.
    ///
    /// Spelled out because `Float16` does not exist for x86-64 on every platform of the language.
    init(float16Bits bits: UInt16) {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1f)
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 0x1f:
            self = Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default:
            self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
