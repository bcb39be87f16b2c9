import Networks

/// The names that torchvision's models give to the layers of our presets.
///
/// Source: `torchvision/models` (resnet, vgg, squeezenet, alexnet, googlenet), and akamaster's resnet20 for CIFAR-10.
enum TorchvisionNames {
    /// What a layer may be called there, the likeliest first; empty where nothing is known.
    static func candidates(for layer: String) -> [String] {
        let parts = layer.split(separator: "/").map(String.init)
        switch parts.count {
        case 1: return top[layer] ?? []
        case 2: return inner(parts[0], parts[1])
        case 3: return residual(parts)
        default: return []
        }
    }

    private static let top = [
        "conv1": ["features.0", "conv1.conv"], "conv2_reduce": ["conv2.conv"],
        "conv2": ["conv3.conv", "features.3"],
        "conv3": ["features.6"], "conv4": ["features.8"], "conv5": ["features.10"],
        "fc6": ["classifier.0", "classifier.1"], "fc7": ["classifier.3", "classifier.4"],
        "fc8": ["classifier.6"], "conv10": ["classifier.1"], "fc": ["linear"],
    ]

    private static func inner(_ stage: String, _ layer: String) -> [String] {
        if let number = number(stage, after: "fire") {
            return [squeezenet1_1, squeezenet1_0].compactMap { table in
                table[number].map { "features.\($0).\(layer)" }
            } + ["\(stage).\(layer)1x1"]  // Keras's SqueezeNet
        }
        if let number = number(stage, after: "stage"), let index = Self.number(layer, after: "conv_") {
            return [
                vgg19[number].flatMap { $0.indices.contains(index - 1) ? "features.\($0[index - 1])" : nil }
            ]
            .compactMap { $0 }
        }
        return []
    }

    /// Places of the fire modules in `features`; versions 1.1 and 1.0 pool at other ones.
    private static let squeezenet1_1 = [2: 3, 3: 4, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12]
    private static let squeezenet1_0 = [2: 3, 3: 4, 4: 5, 5: 7, 6: 8, 7: 9, 8: 10, 9: 12]
    private static let vgg19 = [
        1: [0, 2], 2: [5, 7], 3: [10, 12, 14, 16], 4: [19, 21, 23, 25], 5: [28, 30, 32, 34],
    ]

    /// `stage2/block_1/conv_3` → `layer2.0.conv3`, or the shortcut's `layer2.0.downsample.0` where there is none.
    private static func residual(_ parts: [String]) -> [String] {
        guard let stage = number(parts[0], after: "stage") else { return [] }
        let block = number(parts[1], after: "block_").map { $0 - 1 } ?? number(parts[1], after: "then_")
        guard let block else { return [] }
        let place = "layer\(stage).\(block)"
        if let number = number(parts[2], after: "conv_") {
            return ["\(place).conv\(number)", "\(place).downsample.0"]
        }
        if let number = number(parts[2], after: "bn_") {
            return ["\(place).bn\(number)", "\(place).downsample.1"]
        }
        return []
    }

    private static func number(_ text: String, after prefix: String) -> Int? {
        text.hasPrefix(prefix) ? Int(text.dropFirst(prefix.count)) : nil
    }
}
