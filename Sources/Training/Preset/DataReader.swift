import Datasets
import Networks
import Pictures
import Yams

/// Reads `data:`: which samples, how they are split, normalised and augmented.
struct DataReader {
    static let keys = [
        "set", "path", "size", "channels", "length", "label", "detect", "features", "validation", "test",
        "normalize", "augmentation",
    ]
    static let augmentationKeys = ["mirror", "shift", "rotation", "scale", "crop", "gain", "noise", "bend"]

    static func read(_ node: PresetNode) throws(PresetError) -> DataSource {
        let fields = try node.fields(of: "data", known: keys)
        let known = DataSource.Name.allCases.map(\.rawValue)
        let set = try fields.required("set", expected: "one of \(known.joined(separator: ", "))")
        let word = try set.choice(known)
        guard let name = DataSource.Name(rawValue: word) else {
            throw set.error(.notAChoice(of: "set", found: word, allowed: known))
        }
        let path = try fields["path"]?.text(expected: "a file or folder")
        let test = try fields.real("test", 0...0.99, like: 0.2)
        return DataSource(
            name, path: path.map { resolve($0, besidePreset: node.file) },
            size: try fields["size"].map(pixels),
            channels: try fields["channels"].map { (node) throws(PresetError) in
                try node.choice(["1", "3"]) == "1" ? 1 : 3
            },
            length: try fields.integer("length", 2...1 << 24, like: 128),
            label: try fields["label"]?.text(expected: "the name of a label"),
            detect: try fields["detect"]?.text(expected: "the name of a class"),
            features: try fields["features"].map(FeaturesReader.read),
            normalization: try fields["normalize"].map(normalization) ?? .scale,
            augmentation: try fields["augmentation"].map(augmentation) ?? .none,
            split: SplitFractions(
                validation: try fields.real("validation", 0...0.99, like: 0.1) ?? 0.1, test: test))
    }

    /// A relative path counts from the preset's folder.
    private static func resolve(_ path: String, besidePreset file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }

    private static func pixels(_ node: PresetNode) throws(PresetError) -> PixelSize {
        let extent = try node.extent(along: .both)
        for side in [extent.rows, extent.columns] where side > Picture.mostExtent {
            let expected = "from 1 to \(Picture.mostExtent) pixels, like 32"
            throw node.error(.outOfRange(of: node.name, found: String(side), expected: expected))
        }
        return PixelSize(width: extent.columns, height: extent.rows)
    }

    static func normalization(_ node: PresetNode) throws(PresetError) -> Normalization {
        let expected = "none, scale, training, range, range:KINDS, each, imagenet or mean,…/deviation,…"
        let text = try node.text(expected: expected)
        guard let normalization = Normalization(text) else {
            throw node.error(.wrongKind(of: node.name, found: "'\(text)'", expected: expected))
        }
        return normalization
    }

    private static func augmentation(_ node: PresetNode) throws(PresetError) -> Augmentation {
        let fields = try node.fields(of: "augmentation", known: augmentationKeys)
        var augmentation = Augmentation()
        if let mirror = fields["mirror"] {
            let word = try mirror.choice(["none", "horizontal", "vertical", "both"])
            augmentation.mirrorHorizontally = word == "horizontal" || word == "both"
            augmentation.mirrorVertically = word == "vertical" || word == "both"
        }
        if let shift = fields["shift"] { try setShift(shift, &augmentation) }
        if let rotation = try fields.real("rotation", 0...180, like: 10) {
            augmentation.rotation = Float(rotation)
        }
        if let scale = fields["scale"] { try setScale(scale, &augmentation) }
        if let crop = try fields.integer("crop", 0...10_000, like: 4) { augmentation.cropPadding = crop }
        if let gain = try fields.real("gain", 0...0.99, like: 0.1) { augmentation.gain = Float(gain) }
        if let noise = try fields.real("noise", 0...100, like: 0.1) { augmentation.noise = Float(noise) }
        if let bend = try fields.real("bend", 0...0.49, like: 0.02) { augmentation.bend = Float(bend) }
        return augmentation
    }

    /// `2`, or `[rows, columns]`, in pixels to either side.
    private static func setShift(_ node: PresetNode, _ augmentation: inout Augmentation) throws(PresetError) {
        if node.node.sequence == nil {
            let both = try node.integer(0...10_000, like: 2)
            (augmentation.verticalShift, augmentation.horizontalShift) = (both, both)
            return
        }
        let parts = try node.list(expected: "a number or [rows, columns]")
        guard parts.count == 2 else {
            throw node.error(
                .wrongKind(of: "shift", found: "a list of \(parts.count)", expected: "[rows, columns]"))
        }
        augmentation.verticalShift = try parts[0].integer(0...10_000, like: 2)
        augmentation.horizontalShift = try parts[1].integer(0...10_000, like: 2)
    }

    /// `[smallest, largest]`.
    private static func setScale(_ node: PresetNode, _ augmentation: inout Augmentation) throws(PresetError) {
        let expected = "[smallest, largest], like [0.9, 1.1]"
        let parts = try node.list(expected: expected)
        guard parts.count == 2 else {
            throw node.error(.wrongKind(of: "scale", found: "a list of \(parts.count)", expected: expected))
        }
        let smallest = try parts[0].real(0.01...100, like: 0.9)
        let largest = try parts[1].real(0.01...100, like: 1.1)
        guard smallest <= largest else {
            throw parts[0].error(
                .outOfRange(
                    of: "scale", found: optionText(smallest), expected: "at most \(optionText(largest))"))
        }
        (augmentation.smallestScale, augmentation.largestScale) = (Float(smallest), Float(largest))
    }
}
