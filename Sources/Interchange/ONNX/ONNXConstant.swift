import Files

/// A tensor that is known before the network runs: an initialiser or what was computed from some.
///
/// Contents of a file are read when asked for, weights of 32 bits straight into their place.
struct ONNXConstant {
    enum Content {
        case values(ONNXTensor.Elements)
        /// Short contents, in the fields of the message.
        case message(Onnx_TensorProto)
        /// In a file, as field `field` of a `TensorProto` holds them (9: little-endian, one behind the other).
        case stored(InputFile, field: Int, range: Range<Int>)
    }

    let name: String
    private(set) var shape: [Int]
    let type: Onnx_TensorProto.DataType
    private let typeCode: Int
    let content: Content
    /// Of the model, for messages.
    let path: String

    var count: Int { shape.reduce(1, *) }

    init(name: String, shape: [Int], _ elements: ONNXTensor.Elements, path: String) {
        self.name = name
        self.shape = shape
        self.path = path
        content = .values(elements)
        type =
            switch elements {
            case .floats: .float
            case .doubles: .double
            case .integers: .int64
            }
        typeCode = type.rawValue
    }

    /// - Throws: `ONNXError.badTensor` where type, shape and size of the contents do not belong together.
    /// - Parameter file: where the scan left contents; nil for a message that holds all of them.
    init(_ tensor: Onnx_TensorProto, in file: InputFile?, path: String) throws(ONNXError) {
        name = tensor.name
        self.path = path
        typeCode = Int(tensor.dataType)
        type = Onnx_TensorProto.DataType(rawValue: Int(tensor.dataType)) ?? .undefined
        func error(_ reason: String) -> ONNXError {
            .badTensor(path: path, name: tensor.name, reason: reason)
        }
        var count = 1
        for extent in tensor.dims {
            let (product, overflows) = count.multipliedReportingOverflow(by: Int(extent))
            guard extent >= 0, !overflows else { throw error("impossible shape \(tensor.dims)") }
            count = product
        }
        guard tensor.dims.count <= 16 else { throw error("it has \(tensor.dims.count) axes") }
        shape = tensor.dims.map { Int($0) }
        if tensor.dataLocation == .external {
            content = try ExternalData(tensor, beside: path).content()
        } else if let file, tensor.contentLength > 0 {
            let start = Int(tensor.contentOffset)
            content = .stored(
                file, field: Int(tensor.contentField), range: start..<start + Int(tensor.contentLength))
        } else {
            content = .message(tensor)
        }
        try checkSize()
    }

    var unknownType: ONNXError { error("element type \(typeCode) is not read") }

    func error(_ reason: String) -> ONNXError { .badTensor(path: path, name: name, reason: reason) }

    /// Bytes of one element as `raw_data` holds it.
    private var elementSize: Int? {
        switch type {
        case .int8, .uint8, .bool: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .float, .int32, .uint32: 4
        case .double, .int64, .uint64: 8
        default: nil
        }
    }

    /// What a file holds must be what the shape says, before memory is taken for it.
    private func checkSize() throws(ONNXError) {
        guard case .stored(_, let field, let range) = content else { return }
        let size: Int? = [4: 4, 10: 8, 9: elementSize][field] ?? nil
        if let size {
            guard range.count.isMultiple(of: size) else {
                throw error("\(range.count) bytes are no whole number of elements of \(size)")
            }
            guard range.count / size == count else {
                throw error("shape \(shape) needs \(count) elements, found \(range.count / size)")
            }
        } else if range.count < count {
            // A number as the other fields hold it takes one byte at least.
            throw error("shape \(shape) needs \(count) elements, found at most \(range.count)")
        }
    }
}

extension ONNXConstant {
    /// Floating-point elements as they go into a network.
    func floats() throws(ONNXError) -> [Float] {
        switch try elements() {
        case .floats(let values): values
        case .doubles(let values): values.map { Float($0) }
        case .integers: throw error("integers where floating-point numbers belong")
        }
    }

    func integers() throws(ONNXError) -> [Int] {
        guard case .integers(let values) = try elements() else {
            throw error("floating-point numbers where integers belong")
        }
        return values.map { Int($0) }
    }

    /// The same numbers with other axes, as many in all.
    func reshaped(_ shape: [Int]) -> ONNXConstant {
        var copy = self
        copy.shape = shape
        return copy
    }

    /// Other numbers of the same shape.
    func with(_ values: [Float]) -> ONNXConstant {
        ONNXConstant(name: name, shape: shape, .floats(values), path: path)
    }

    /// Fills `target` with the elements; without a second copy where the file holds them as 32-bit numbers.
    func read(into target: UnsafeMutableBufferPointer<Float>) throws(ONNXError) {
        precondition(target.count == count, "\(target.count) places for the \(count) numbers of \(name)")
        guard case .stored(let file, let field, let range) = content, type == .float, field == 9 || field == 4
        else {
            _ = target.update(from: try floats())
            return
        }
        try ONNXError.reading { () throws(InputFileError) in
            try file.read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(target))
        }
    }

    func decoded() throws(ONNXError) -> ONNXTensor {
        ONNXTensor(name: name, shape: shape, elements: try elements())
    }

    func elements() throws(ONNXError) -> ONNXTensor.Elements {
        let decoder = ONNXDecoder(constant: self)
        let elements: ONNXTensor.Elements
        switch content {
        case .values(let values): return values
        case .message(let tensor):
            elements =
                try tensor.rawData.isEmpty ? decoder.typed(tensor) : decoder.raw([UInt8](tensor.rawData))
        case .stored(let file, let field, let range):
            let bytes = try ONNXError.reading { () throws(InputFileError) in
                try file.bytes(at: range.lowerBound, count: range.count)
            }
            elements = try field == 9 ? decoder.raw(bytes) : decoder.packed(bytes, field: field)
        }
        guard elements.count == count else {
            throw error("shape \(shape) needs \(count) elements, found \(elements.count)")
        }
        return elements
    }
}
