/// Time that a layer took, on all threads together. Layers computed by one kernel count for the first of them.
public struct LayerTiming: Sendable, Equatable {
    /// Its name; `input` for loading samples, `loss` for the loss.
    public var layer: String
    public var forwardSeconds: Double
    public var backwardSeconds: Double
}

extension Plan {
    /// Starts measuring anew, or stops. Costs two looks at the clock for each layer and piece.
    public func measureLayers(_ isWanted: Bool = true) {
        program.executor.measure(isWanted)
    }

    /// What was measured since `measureLayers`, in the order of the network.
    public var layerTimings: [LayerTiming] {
        var times: [Int: LayerTiming] = [:]
        for (index, instruction) in program.executor.instructions.enumerated() {
            let isForward = index < program.firstBackward
            let key =
                instruction.layer >= 0 ? instruction.layer : instruction.isLoading ? -1 : network.nodes.count
            let name =
                key == -1 ? Network.inputName : key < network.nodes.count ? network.nodes[key].name : "loss"
            let seconds = Double(program.executor.nanoseconds(index)) * 1e-9
            var timing = times[key] ?? LayerTiming(layer: name, forwardSeconds: 0, backwardSeconds: 0)
            if isForward { timing.forwardSeconds += seconds } else { timing.backwardSeconds += seconds }
            times[key] = timing
        }
        return times.sorted { $0.key < $1.key }.map(\.value)
    }
}
