import Datasets
import Interchange
import Networks
import Runs
import Tensors
import Training

/// Whatever network a user means, analysed.
struct AnalyzedNetwork {
    let name: String
    private(set) var analysis: Analysis
    /// What was assumed, each in one line.
    private(set) var notes: [String] = []

    /// - Parameters:
    ///   - input, classes: those of a preset in place of its data's.
    /// - Throws: what is wrong with the file; what is wrong with the network stands in the analysis.
    init(_ subject: String, runs: String, input: Shape?, classes: Int?) throws {
        if Model.isModelFile(subject), !subject.hasSuffix(".yaml") {
            self.init(try Model.open(subject, runs: runs))
            return
        }
        do {
            let file = try PresetLibrary.standard().file(named: subject)
            try self.init(Preset(contentsOf: file), input: input, classes: classes)
            return
        } catch let missing as PresetNotFound {
            do {
                let model = try Model.open(subject, runs: runs)
                self.init(model)
            } catch RunDirectoryError.notFound, RunDirectoryError.noRuns {
                throw UnknownNetwork(preset: missing)
            } catch CheckpointError.none {
                let run = try RunDirectory.find(subject, in: runs)
                try self.init(Preset(contentsOf: run.presetFile), input: input, classes: classes)
            }
        }
    }

    private init(_ model: Model) {
        name = model.name
        analysis = model.network.inspect()
        notes = ["read from \(model.origin)"] + model.notes
    }

    private init(_ given: Preset, input: Shape?, classes: Int?) throws {
        let preset = try given.takingOver().preset
        var outline = try Self.outline(of: preset, input: input, classes: classes)
        if let input { outline.shape = input }
        if let classes { outline.classes = classes }
        name = preset.name
        analysis = preset.assembled(input: outline.shape, classes: outline.classes).inspect()
        if let problem = preset.outputProblem(analysis.rows.last?.activations, classes: outline.classes) {
            analysis.problems.append(problem)
        }
        if outline.assumesClasses, classes == nil {
            notes.append("with \(outline.classes) classes; --classes says otherwise")
        }
    }

    /// Only data of which nothing is known is read.
    private static func outline(of preset: Preset, input: Shape?, classes: Int?) throws -> DataOutline {
        if let input, let classes { return DataOutline(shape: input, classes: classes) }
        if let outline = preset.data.outline { return outline }
        let data = try preset.loadData()
        return DataOutline(shape: data.shape, classes: data.classNames.count)
    }
}

/// Neither a preset nor a model nor a run.
struct UnknownNetwork: Error, CustomStringConvertible {
    let preset: PresetNotFound

    var description: String { "\(preset); nor is there a model or a run of that name" }
}
