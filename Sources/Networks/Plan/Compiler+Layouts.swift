import CVectorKernels
import Tensors

/// How the maps of a sample lie in memory.
enum MapLayout {
    /// One plane for each channel: `[channels, height, width]`, as samples, ONNX and PyTorch have them.
    case planar
    /// The channels of each pixel side by side: `[height, width, channels]`, as the vector kernels want them.
    case channelsLast
}

extension Compiler.Value {
    /// Whether the numbers lie as in this layout; with one channel, or one pixel, both are the same.
    func agrees(with layout: MapLayout) -> Bool {
        self.layout == layout || shape.channels == 1 || shape.isVector
    }
}

/// Layers keep the layout they find if they can work in it, and ask for the other if they must; the numbers are then
/// turned once. Convolutions through the vector kernels begin a stretch of channels last.
extension Compiler {
    var hasVectorKernels: Bool {
        Element.self == Float.self && usesVectorKernels && vector_kernels_level() > 0
    }

    /// The layout in which layers read and write.
    func layout(of layers: FusedLayers) -> MapLayout {
        let inputs = graph.sources[layers.first].map { values[index(of: $0)] }
        let isChannelsLast = inputs.contains { $0?.layout == .channelsLast }
        let found = isChannelsLast ? MapLayout.channelsLast : .planar
        switch layers.operation {
        case .convolution: return channelsLast[layers.first] == nil ? .planar : .channelsLast
        case .batchNormalization, .maxPooling, .averagePooling, .subsampling, .globalAverage, .elementwise,
            .dropout, .addition, .concatenation:
            return found
        case .crossChannel(let layer):
            let channels = outputShape(layers.last).channels
            return ChannelsLastCrossChannel<Element>.computes(layer, channels: channels) ? found : .planar
        case .nothing: return outputShape(layers.last) == inputs.first??.shape ? found : .planar
        default: return .planar
        }
    }

    /// The output of a layer, turned where it lies otherwise.
    mutating func value(_ key: Int, as layout: MapLayout) -> Value {
        guard let value = values[key] else { preconditionFailure("no value \(key)") }
        if value.agrees(with: layout) { return value }
        if let turned = turned[key] { return turned }
        var copy = value
        copy.buffer = newBuffer(.perSample(value.shape.count))
        copy.layout = layout
        copy.canOverwrite = false
        turned[key] = copy
        emitTranspose(from: value.buffer, to: copy.buffer, value.shape, into: layout, layer: key)
        return copy
    }

    mutating func inputValue(_ layer: Int, _ position: Int = 0, as layout: MapLayout) -> Value {
        value(index(of: graph.sources[layer][position]), as: layout)
    }

    mutating func emitTranspose(
        from source: Int, to target: Int, _ shape: Shape, into layout: MapLayout, layer: Int,
        accumulates: Bool = false
    ) {
        let area = shape.height * shape.width
        let (rows, columns) = layout == .channelsLast ? (shape.channels, area) : (area, shape.channels)
        emit(.forward, layer: layer, touching: [source, target]) { memory in
            .transpose(
                TransposeKernel(
                    source: memory.samples(source), target: memory.samples(target), rows: rows,
                    columns: columns, accumulates: accumulates))
        }
    }
}

/// Where the inputs of an addition or a concatenation stand in its output, one after the other.
struct Join {
    let isAddition: Bool
    private let layout: MapLayout
    private let shape: Shape
    private var channel = 0

    init<Element>(_ layers: FusedLayers, _ output: Compiler<Element>.Value) {
        if case .addition = layers.operation { isAddition = true } else { isAddition = false }
        layout = output.layout
        shape = output.shape
    }

    /// A part of a joined sample: `runs` runs of numbers, each `run` after the one before.
    struct Part {
        var offset, count, runs, run: Int

        func of<Element>(_ samples: SampleArray<Element>) -> SampleArray<Element> {
            // Up to the end of the last run.
            samples.part(offset: offset, count: count)
        }
    }

    mutating func next(_ input: Shape) -> Part {
        let area = shape.height * shape.width
        let first = isAddition ? 0 : channel
        channel += input.channels
        guard layout == .channelsLast, !isAddition, area > 1 else {
            return Part(offset: first * area, count: input.count, runs: 1, run: 0)
        }
        return Part(offset: first, count: input.count, runs: area, run: shape.channels)
    }
}
