/// Which operators there are and who translates them.
extension GraphTranslator {
    typealias Translation = @Sendable (GraphTranslator) -> (GraphNode) throws -> Void

    /// Operators on values that the network computes.
    static let translations: [String: Translation] = [
        "Conv": translateConvolution, "MaxPool": translatePooling, "AveragePool": translatePooling,
        "GlobalAveragePool": translateGlobalPooling, "GlobalMaxPool": translateGlobalPooling,
        "BatchNormalization": translateBatchNormalization,
        "InstanceNormalization": translateInstanceNormalization, "LRN": translateResponseNormalization,
        "Relu": translateActivation, "LeakyRelu": translateActivation, "Elu": translateActivation,
        "Selu": translateActivation, "Sigmoid": translateActivation, "HardSigmoid": translateActivation,
        "HardSwish": translateActivation, "Tanh": translateActivation, "Clip": translateClip,
        "PRelu": translatePReLU, "Softmax": translateSoftmax, "LogSoftmax": translateSoftmax,
        "Gemm": translateGemm, "MatMul": translateMatMul,
        "Add": translateArithmetic, "Sub": translateArithmetic, "Mul": translateArithmetic,
        "Div": translateArithmetic, "Sum": translateSum, "Concat": translateConcat,
        "Flatten": translateFlatten, "Reshape": translateReshape, "Transpose": translateTranspose,
        "Squeeze": translateSqueeze, "Unsqueeze": translateUnsqueeze, "Shape": translateShape,
        "Gather": translateGather, "Slice": translateSlice, "Pad": translatePad,
        "ReduceMean": translateReduceMean, "Dropout": translateDropout, "Identity": translateIdentity,
        "Cast": translateIdentity,
    ]

    static func isKnown(_ node: Onnx_NodeProto) -> Bool {
        (node.domain.isEmpty || node.domain == "ai.onnx")
            && (translations[node.opType] != nil || ConstantFolder.operators.contains(node.opType))
    }

    /// Translates one node: away where all it takes is constant, else into layers.
    func translate(_ node: GraphNode) throws {
        let inputs = try node.proto.input.indices.compactMap { try value(node, $0) }
        if inputs.contains(where: { if case .unknown = $0 { true } else { false } }) {
            for output in node.proto.output { set(output, to: .unknown) }
            return
        }
        let constants = inputs.compactMap { if case .constant(let constant) = $0 { constant } else { nil } }
        if constants.count == inputs.count, ConstantFolder.operators.contains(node.type) {
            return try fold(node)
        }
        guard let translation = Self.translations[node.type] else {
            throw Untranslatable("it takes values that are not constants")
        }
        try translation(self)(node)
    }
}
