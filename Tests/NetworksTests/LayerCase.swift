import Networks
import Tensors

/// A small network around one layer, for the checks that every layer must pass.
struct LayerCase: Sendable, CustomStringConvertible {
    var description: String
    var network: Network
    var loss: Loss

    init(
        _ description: String, _ input: Shape, loss: Loss = .meanSquaredError,
        _ build: (inout Network) -> Void
    ) {
        self.description = description
        var network = Network(name: description, input: input)
        build(&network)
        self.network = network
        self.loss = loss
    }

    init(_ description: String, _ input: Shape, _ layer: any Layer) {
        self.init(description, input) { $0.append(layer, named: "layer") }
    }

    private static let map = Shape(4, 6, 5)
    private static let signal = Shape(2, 1, 13)

    static let convolutions: [LayerCase] = [
        LayerCase("convolution", map, Convolution(filters: 3, kernel: 3)),
        LayerCase("convolution, same", map, Convolution(filters: 5, kernel: 3, padding: .same)),
        LayerCase("convolution, same, even kernel", map, Convolution(filters: 2, kernel: 4, padding: .same)),
        LayerCase("convolution, 1×1", map, Convolution(filters: 3, kernel: 1)),
        LayerCase("convolution, stride", map, Convolution(filters: 3, kernel: 3, stride: 2)),
        LayerCase(
            "convolution, strides and same", map,
            Convolution(filters: 3, kernel: 3, stride: Extent(rows: 2, columns: 3), padding: .same)),
        LayerCase(
            "convolution, asymmetric padding", map,
            Convolution(filters: 2, kernel: 3, padding: .explicit(top: 0, left: 2, bottom: 1, right: 1))),
        LayerCase(
            "convolution, padding beyond the kernel", map,
            Convolution(filters: 2, kernel: 2, padding: .explicit(top: 3, left: 2, bottom: 0, right: 4))),
        LayerCase("convolution, dilation", map, Convolution(filters: 2, kernel: 2, dilation: 3)),
        LayerCase(
            "convolution, dilation, stride and padding", map,
            Convolution(filters: 2, kernel: 3, stride: 2, padding: .all(2), dilation: 2)),
        LayerCase("convolution, groups", map, Convolution(filters: 6, kernel: 3, padding: .same, groups: 2)),
        LayerCase("convolution, depthwise", map, Convolution(filters: 4, kernel: 3, stride: 2, groups: 4)),
        LayerCase(
            "convolution, many filters", Shape(1, 5, 5), Convolution(filters: 9, kernel: 3, padding: .same)),
        LayerCase("convolution without bias", map, Convolution(filters: 3, kernel: 3, hasBias: false)),
        LayerCase("convolution, signal", signal, Convolution.signal(filters: 3, kernel: 5, padding: .same)),
        LayerCase(
            "convolution, signal, stride and dilation", signal,
            Convolution.signal(filters: 3, kernel: 3, stride: 2, padding: .columns(2), dilation: 2)),
        LayerCase("convolution and ReLU", map) {
            $0.append(Convolution(filters: 3, kernel: 3), named: "conv")
            $0.append(ReLU(), named: "relu")
        },
    ]

    static let poolings: [LayerCase] = [
        LayerCase("max pooling", map, MaxPooling(size: 2)),
        LayerCase("max pooling, overlapping, padded", map, MaxPooling(size: 3, stride: 2, padding: .all(1))),
        LayerCase("max pooling, rounded up", map, MaxPooling(size: 3, stride: 2, roundsUp: true)),
        LayerCase("max pooling, dilation", map, MaxPooling(size: 2, stride: 1, dilation: 2)),
        LayerCase("max pooling, signal", signal, MaxPooling.signal(size: 3, stride: 2)),
        LayerCase("average pooling", map, AveragePooling(size: 2)),
        LayerCase(
            "average pooling, padding counts", map, AveragePooling(size: 3, stride: 2, padding: .all(1))),
        LayerCase(
            "average pooling, padding does not count", map,
            AveragePooling(size: 3, stride: 2, padding: .same, countsPadding: false, roundsUp: true)),
        LayerCase("average pooling, signal", signal, AveragePooling.signal(size: 4)),
        LayerCase("subsampling", map, Subsampling(stride: 2)),
        LayerCase("subsampling, signal", signal, Subsampling.signal(stride: 3)),
        LayerCase("global average pooling", map, GlobalAveragePooling()),
    ]

    static let others: [LayerCase] = [
        LayerCase("fully connected", map, FullyConnected(outputs: 5)),
        LayerCase("fully connected, one output", Shape(7), FullyConnected(outputs: 1)),
        LayerCase("fully connected, without bias", signal, FullyConnected(outputs: 3, hasBias: false)),
        LayerCase("ReLU", map, ReLU()),
        LayerCase("leaky ReLU", map, LeakyReLU(slope: 0.1)),
        LayerCase("sigmoid", map, Sigmoid()),
        LayerCase("tanh", signal, Tanh()),
        LayerCase("softmax over channels", map, Softmax()),
        LayerCase("flatten", map, Flatten()),
        LayerCase("dropout", map, Dropout(probability: 0.4)),
        LayerCase("cross-channel normalization", map, CrossChannelNormalization(size: 3, alpha: 0.5)),
        LayerCase(
            "cross-channel normalization, even size", map, CrossChannelNormalization(size: 2, alpha: 0.9)),
        LayerCase("batch normalization", map, BatchNormalization()),
        LayerCase("batch normalization, signal", signal, BatchNormalization()),
        LayerCase("batch normalization of a vector", Shape(5), BatchNormalization()),
        LayerCase("batch normalization, ReLU", map) {
            $0.append(BatchNormalization(), named: "norm")
            $0.append(ReLU(), named: "relu")
        },
        LayerCase("batch normalization, ReLU, max pooling 2×2", map) {
            $0.append(BatchNormalization(), named: "norm")
            $0.append(ReLU(), named: "relu")
            $0.append(MaxPooling(size: 2), named: "pool")
        },
        LayerCase("batch normalization, ReLU, max pooling 3×2", Shape(2, 7, 9)) {
            $0.append(BatchNormalization(), named: "norm")
            $0.append(ReLU(), named: "relu")
            $0.append(MaxPooling(size: Extent(rows: 3, columns: 2)), named: "pool")
        },
    ]

    static let imported: [LayerCase] = [
        LayerCase("ELU", map, ELU(alpha: 0.7)),
        LayerCase("SELU", map, SELU()),
        LayerCase("hard sigmoid", map, HardSigmoid(alpha: 0.5)),
        LayerCase("hard swish", map, HardSwish()),
        LayerCase("clip", map, Clip(low: -0.5, high: 0.8)),
        LayerCase("log-softmax", map, LogSoftmax()),
        LayerCase("PReLU", map, PReLU()),
        LayerCase("PReLU, one slope", signal, PReLU(isShared: true)),
        LayerCase("instance normalization", map, InstanceNormalization()),
        LayerCase("global max pooling", map, GlobalMaxPooling()),
        LayerCase("reshape", map, Reshape(to: Shape(8, 3, 5))),
        LayerCase("transposition", map, Transposition(of: map, order: [2, 0, 1])),
        LayerCase(
            "transposition of four axes", map,
            Transposition(of: [2, 2, 6, 5], order: [1, 3, 0, 2], to: Shape(2, 5, 12))),
        LayerCase(
            "slicing", map,
            Slicing(
                channels: .init(start: 1, count: 2), rows: .init(start: 5, count: 3, step: -2),
                columns: .init(start: 0, count: 3, step: 2))),
        LayerCase("channel selection", map, ChannelSelection([3, 0, 0, 2])),
        LayerCase(
            "padding, constant", map,
            Border(
                channels: .init(before: 1, after: 0), rows: .init(before: 2, after: 1),
                columns: .init(before: 0, after: 3), filling: .constant(0.5))),
        LayerCase(
            "padding, mirrored", map,
            Border(
                rows: .init(before: 2, after: 1), columns: .init(before: 3, after: 4), filling: .reflect)),
        LayerCase(
            "padding, repeated", map,
            Border(rows: .init(before: 2, after: 1), columns: .init(before: -1, after: 4), filling: .edge)),
        LayerCase(
            "padding, wrapped", map,
            Border(rows: .init(before: 7, after: 1), columns: .init(before: 0, after: 6), filling: .wrap)),
        LayerCase("affine, each channel", map, Affine()),
        LayerCase("affine, one scale", map, Affine(over: [], hasOffset: false)),
        LayerCase(
            "affine, each number's offset", map, Affine(over: [.channels, .rows, .columns], hasScale: false)),
        LayerCase("affine, rows and columns", map, Affine(over: [.rows, .columns])),
        LayerCase("a gate for each channel", map) {
            $0.append(GlobalAveragePooling(), named: "mean")
            $0.append(Sigmoid(), named: "gate")
            $0.append(Arithmetic(.multiplication), named: "gated", after: ["input", "gate"])
        },
        LayerCase("a value times itself", map) {
            $0.append(Arithmetic(.multiplication), named: "square", after: ["input", "input"])
            $0.append(Tanh(), named: "tanh")
        },
        LayerCase("difference, sum and quotient of repeated values", map) {
            $0.append(GlobalMaxPooling(), named: "largest", after: ["input"])
            $0.append(Arithmetic(.subtraction), named: "below", after: ["largest", "input"])
            $0.append(Sigmoid(), named: "sigmoid")
            $0.append(GlobalAveragePooling(), named: "mean", after: ["sigmoid"])
            $0.append(Arithmetic(.division), named: "share", after: ["sigmoid", "mean"])
            $0.append(Arithmetic(.addition), named: "sum", after: ["mean", "share"])
        },
        LayerCase("activations in a row", map) {
            $0.append(Convolution(filters: 3, kernel: 3), named: "conv")
            $0.append(HardSwish(), named: "swish")
            $0.append(PReLU(), named: "prelu")
            $0.append(ReLU(), named: "relu")
            $0.append(ELU(), named: "elu")
        },
    ]

    static let graphs: [LayerCase] = [
        LayerCase("skip connection", map) {
            $0.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv_1")
            $0.append(ReLU(), named: "relu_1")
            $0.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv_2")
            $0.append(Addition(), named: "sum", after: ["conv_2", "relu_1"])
            $0.append(ReLU(), named: "relu_2")
        },
        LayerCase("inception block", map) {
            $0.append(Convolution(filters: 2, kernel: 1), named: "a", after: ["input"])
            $0.append(Convolution(filters: 3, kernel: 3, padding: .same), named: "b", after: ["input"])
            $0.append(MaxPooling(size: 3, stride: 1, padding: .all(1)), named: "c", after: ["input"])
            $0.append(DepthConcatenation(), named: "all", after: ["a", "b", "c"])
            $0.append(Tanh(), named: "tanh")
        },
        LayerCase("one value added to itself, and to what comes of it", Shape(3, 4, 4)) {
            $0.append(Sigmoid(), named: "s")
            $0.append(Addition(), named: "twice", after: ["s", "s"])
            $0.append(Flatten(), named: "flat_s", after: ["s"])
            $0.append(Flatten(), named: "flat_twice", after: ["twice"])
            $0.append(Addition(), named: "all", after: ["flat_s", "flat_twice", "flat_s"])
            $0.append(FullyConnected(outputs: 3), named: "fc")
        },
        LayerCase("negative log-likelihood", map, loss: .negativeLogLikelihood) {
            $0.append(FullyConnected(outputs: 4), named: "fc")
            $0.append(LogSoftmax(), named: "logarithms")
        },
        LayerCase("cross-entropy", map, loss: .crossEntropy()) {
            $0.append(FullyConnected(outputs: 4), named: "fc")
            $0.append(Softmax(), named: "softmax")
        },
        LayerCase(
            "cross-entropy with smoothing, straight from ReLU", Shape(6),
            loss: .crossEntropy(labelSmoothing: 0.2)
        ) {
            $0.append(FullyConnected(outputs: 4), named: "fc")
            $0.append(ReLU(), named: "relu")
            $0.append(Softmax(), named: "softmax")
        },
        LayerCase(
            "a large fully connected layer behind a convolution", Shape(2, 10, 10), loss: .crossEntropy()
        ) {
            $0.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv")
            $0.append(FullyConnected(outputs: 330), named: "fc_1")
            $0.append(Dropout(probability: 0.5), named: "drop")
            $0.append(FullyConnected(outputs: 3), named: "fc_2")
            $0.append(Softmax(), named: "softmax")
        },
        LayerCase("the layers of the default network", Shape(1, 8, 8), loss: .crossEntropy()) {
            $0.append(Convolution(filters: 3, kernel: 3, padding: .same), named: "conv_1")
            $0.append(BatchNormalization(), named: "norm_1")
            $0.append(ReLU(), named: "relu_1")
            $0.append(MaxPooling(size: 2), named: "pool_1")
            $0.append(Convolution(filters: 4, kernel: 3, padding: .same), named: "conv_2")
            $0.append(BatchNormalization(), named: "norm_2")
            $0.append(ReLU(), named: "relu_2")
            $0.append(FullyConnected(outputs: 3), named: "fc")
            $0.append(Softmax(), named: "softmax")
        },
    ]

    static let all = convolutions + poolings + others + imported + graphs
}
