import ArgumentParser
import Datasets
import Files
import Interchange
import Networks
import Tensors
import Training

/// How pictures become inputs, and what the classes are called, where a model does not say or says otherwise.
struct PreprocessingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Bytes to inputs: none (0 to 255), scale (0 to 1), imagenet, or mean,…/deviation,… of scaled ones.",
            valueName: "way"))
    var normalize: String?

    @Option(help: ArgumentHelp("Order of the channels: rgb, bgr or grey.", valueName: "order"))
    var channels: Preprocessing.ChannelOrder?

    @Option(
        help: ArgumentHelp(
            "Pictures of other sizes: stretch, or crop:N (the shorter side to N pixels, then the middle).",
            valueName: "way"))
    var fit: String?

    @Option(
        help: ArgumentHelp(
            "Take pictures at another size than the model's, where its layers allow it.",
            valueName: "WIDTHxHEIGHT"))
    var size: String?

    @Option(help: ArgumentHelp("A file with the name of a class in each line.", valueName: "file"))
    var labels: String?

    func validate() throws {
        if let normalize, Normalization(normalize) == nil { throw NormalizationError.unreadable(normalize) }
        if let fit { _ = try Self.fit(fit) }
        if let size { _ = try Self.size(size) }
    }

    /// Makes the model one for pictures of the size that was asked for.
    func resize(_ model: inout Model) throws {
        guard let size = try pictureSize else { return }
        model = try model.taking(width: size.width, height: size.height)
    }

    /// The size that was asked for.
    var pictureSize: PixelSize? {
        get throws { try size.map(Self.size) }
    }

    /// Writes what was asked for into the model.
    ///
    /// - Returns: whether the model itself or the options said how pictures become inputs.
    @discardableResult func apply(to model: inout Model) throws -> Bool {
        if let labels { model.classNames = try Self.names(labels, count: model.outputCount) }
        let count = model.network.input.channels
        let isTold = model.preprocessing != nil || normalize != nil
        guard isTold || channels != nil || fit != nil else { return false }
        guard count == 1 || count == 3 else {
            throw PreprocessingFault("the model takes \(model.network.input), which is no picture")
        }
        var preprocessing = model.preprocessing ?? Preprocessing.scaled(channels: count)
        if let normalize {
            (preprocessing.factors, preprocessing.offsets) = try factors(normalize, channels: count)
            if channels == .bgr || (channels == nil && preprocessing.order == .bgr) {
                // Figures are told in the order red, green, blue, as everybody writes them.
                preprocessing.factors.reverse()
                preprocessing.offsets.reverse()
            }
        }
        if let channels {
            guard (channels == .grey) == (count == 1) else {
                throw PreprocessingFault(
                    "--channels \(channels.rawValue): the model takes \(count) channel(s)")
            }
            preprocessing.order = channels
        }
        if let fit { preprocessing.fit = try Self.fit(fit) }
        model.preprocessing = preprocessing
        return isTold
    }

    /// Writes what was asked for into a model of signals, which have no colours and no size to fit.
    ///
    /// - Returns: what the user should know.
    func applyToSignals(_ model: inout Model, of name: String) throws -> [String] {
        if let labels { model.classNames = try Self.names(labels, count: model.outputCount) }
        guard channels == nil, fit == nil, size == nil else {
            throw PreprocessingFault("--channels, --fit and --size are for pictures; \(name) takes signals")
        }
        let count = model.network.input.channels
        if let normalize {
            var way = Preprocessing.raw(channels: count)
            if normalize == "each" {
                way.standardizesEachSample = true
            } else if case .given(let mean, let deviation) = Normalization(normalize) {
                guard mean.count == count, deviation.count == count else {
                    throw NormalizationError.wrongChannelCount(
                        mean: mean.count, deviation: deviation.count, channels: count)
                }
                if let wrong = deviation.first(where: { !($0 > 0) }) {
                    throw NormalizationError.notPositive(deviation: wrong)
                }
                (way.factors, way.offsets) = (deviation.map { 1 / $0 }, zip(mean, deviation).map { -$0 / $1 })
            } else if normalize != "none" {
                throw PreprocessingFault(
                    "--normalize \(normalize): signals take none, each, or mean,…/deviation,…")
            }
            model.preprocessing = way
        }
        let notes = model.notes.map { "note: \($0)" }
        guard model.preprocessing == nil else { return notes }
        return notes + [
            "note: \(name) does not say how signals are normalised; they are taken as they are "
                + "(say otherwise with --normalize)"
        ]
    }

    private func factors(_ text: String, channels count: Int) throws -> (factors: [Float], offsets: [Float]) {
        guard let way = Normalization(text) else { throw NormalizationError.unreadable(text) }
        switch way {
        case .none: return (Array(repeating: 1, count: count), Array(repeating: 0, count: count))
        case .scale: return (Array(repeating: 1 / 255, count: count), Array(repeating: 0, count: count))
        case .training, .range, .each:
            throw PreprocessingFault(
                "--normalize \(text): there are no training samples here; give the figures")
        case .given(let mean, let deviation):
            guard deviation.allSatisfy({ $0 > 0 }), mean.count == deviation.count else {
                throw PreprocessingFault(
                    "--normalize \(text): as many deviations above 0 as means are needed")
            }
            guard mean.count == count else {
                throw NormalizationError.wrongChannelCount(
                    mean: mean.count, deviation: deviation.count, channels: count)
            }
            return (deviation.map { 1 / (255 * $0) }, zip(mean, deviation).map { -$0 / $1 })
        }
    }

    /// `320x240`, or one number for both sides.
    private static func size(_ text: String) throws -> PixelSize {
        let sides = text.split(whereSeparator: { $0 == "x" || $0 == "×" }).map { Int($0) ?? 0 }
        guard (1...2).contains(sides.count), sides.allSatisfy((1...8192).contains) else {
            throw ValidationError("--size \(text): expected WIDTHxHEIGHT in pixels, like 320x240")
        }
        return PixelSize(width: sides[0], height: sides[sides.count - 1])
    }

    private static func fit(_ text: String) throws -> Preprocessing.Fit {
        if text == "stretch" { return .stretch }
        let parts = text.split(separator: ":")
        guard parts.count == 2, parts[0] == "crop", let side = Int(parts[1]), (1...16384).contains(side)
        else {
            throw ValidationError("--fit \(text): expected stretch, or crop: and a size, like crop:256")
        }
        return .crop(shorterSide: side)
    }

    /// Of a file of names.
    private static let mostBytes = 16 << 20

    /// A line each; a number and a comma before the name, as some lists have, are left out.
    private static func names(_ path: String, count: Int?) throws -> [String] {
        let bytes: [UInt8]
        do { bytes = try InputFile.contents(of: path, atMost: mostBytes) } catch {
            throw PreprocessingFault("\(error); expected the name of a class in each line")
        }
        var lines = String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).map(String.init)
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        if let count, lines.count != count {
            throw PreprocessingFault("\(path): names \(lines.count) classes, the model has \(count) outputs")
        }
        let isNumbered = lines.enumerated().allSatisfy { $1.hasPrefix("\($0),") }
        return isNumbered ? lines.enumerated().map { String($1.dropFirst("\($0),".count)) } : lines
    }
}

/// Options that are right in themselves but do not fit the model, or a file that they name.
struct PreprocessingFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Preprocessing.ChannelOrder: ExpressibleByArgument {}
