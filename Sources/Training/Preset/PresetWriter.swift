import Datasets
import Glibc
import Yams

extension Preset {
    /// The resolved experiment as YAML that can be trained again: every option with its value, paths made absolute.
    public var yaml: String {
        var lines = ["name: \(Self.scalar(name))", "data:"]
        lines += dataLines.map { "  \($0)" }
        if let transfer {
            lines.append("transfer:")
            lines += transfer.lines.map { "  \($0)" }
        }
        if !blocksText.isEmpty {
            lines.append("blocks:")
            lines += blocksText.split(separator: "\n").map { "  \($0)" }
        }
        if let svm {
            lines.append("svm:")
            lines += svm.lines.map { "  \($0)" }
        } else if !layers.isEmpty {
            lines.append("network:")
            lines += networkText.split(separator: "\n").map { "  \($0)" }
        }
        lines.append("options:")
        // Who takes over a model and says nothing freezes all of it: that must not become `none`.
        let isOpen = transfer != nil && layers.isEmpty && options.givenFreeze == nil
        lines += OptionDescription.all.filter { !isOpen || $0.key != "freeze" }.map {
            "  \($0.key): \($0.value(in: options))"
        }
        lines.append("seed: \(seed)")
        return lines.joined(separator: "\n") + "\n"
    }

    private var dataLines: [String] {
        var lines = ["set: \(data.name.rawValue)"]
        if let path = data.path { lines.append("path: \(Self.scalar(Self.absolute(path)))") }
        if let size = data.size { lines.append("size: [\(size.height), \(size.width)]") }
        if let channels = data.channels { lines.append("channels: \(channels)") }
        if let length = data.length { lines.append("length: \(length)") }
        if let label = data.label { lines.append("label: \(Self.scalar(label))") }
        if let detect = data.detect { lines.append("detect: \(Self.scalar(detect))") }
        if let features = data.features { lines.append("features: \(features.text)") }
        lines.append("validation: \(optionText(data.split.validation))")
        if let test = data.split.test { lines.append("test: \(optionText(test))") }
        // Unless it was said, a model that is yet to come says how values become inputs.
        if transfer == nil || givenNormalization != nil || !layers.isEmpty {
            lines.append("normalize: \(Self.scalar(data.normalization.description))")
        }
        let augmentation = augmentationText
        if !augmentation.isEmpty { lines.append("augmentation: {\(augmentation)}") }
        return lines
    }

    private var augmentationText: String {
        let given = data.augmentation
        var parts: [String] = []
        switch (given.mirrorHorizontally, given.mirrorVertically) {
        case (true, true): parts.append("mirror: both")
        case (true, false): parts.append("mirror: horizontal")
        case (false, true): parts.append("mirror: vertical")
        case (false, false): break
        }
        if given.verticalShift != 0 || given.horizontalShift != 0 {
            parts.append("shift: [\(given.verticalShift), \(given.horizontalShift)]")
        }
        if given.rotation != 0 { parts.append("rotation: \(given.rotation)") }
        if given.smallestScale != 1 || given.largestScale != 1 {
            parts.append("scale: [\(given.smallestScale), \(given.largestScale)]")
        }
        if given.cropPadding != 0 { parts.append("crop: \(given.cropPadding)") }
        if given.gain != 0 { parts.append("gain: \(given.gain)") }
        if given.noise != 0 { parts.append("noise: \(given.noise)") }
        if given.bend != 0 { parts.append("bend: \(given.bend)") }
        return parts.joined(separator: ", ")
    }

    /// A scalar in quotes where it needs them.
    private static func scalar(_ text: String) -> String {
        let text = try? Yams.serialize(node: Node(text, Tag(.str)))
        return (text ?? "").split(separator: "\n").first.map(String.init) ?? "''"
    }

    private static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension Preset {
    /// Writes the resolved experiment.
    ///
    /// - Throws: `PresetError` when the file cannot be written.
    public func write(to path: String) throws(PresetError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.notWritten(path) }
        let bytes = Array(yaml.utf8)
        let count = Glibc.write(descriptor, bytes, bytes.count)
        guard count == bytes.count, close(descriptor) == 0 else { throw Self.notWritten(path) }
    }

    private static func notWritten(_ path: String) -> PresetError {
        PresetError(path, .notWritable(reason: String(cString: strerror(errno))))
    }
}
