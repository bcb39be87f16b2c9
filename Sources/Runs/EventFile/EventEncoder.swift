import FoundationEssentials
import SwiftProtobuf

/// Says a run's events in TensorBoard's words: one record an event, with what TensorBoard can show first and what our
/// own reader needs to restore the event exactly last.
enum EventEncoder {
    /// The record that begins every event file.
    static func header(wallTime: Double) -> [UInt8] {
        var record = EventRecord()
        record.wallTime = wallTime
        record.fileVersion = "brain.Event:2"
        var bytes: [UInt8] = []
        RecordFraming.append(serialize(record), to: &bytes)
        return bytes
    }

    static func records(of event: RunEvent, wallTime: Double) -> [[UInt8]] {
        var record = EventRecord()
        record.wallTime = wallTime
        record.step = Int64(event.iteration ?? 0)
        record.summary.value = values(of: event)
        guard case .described(let description) = event, description.firstIteration > 0 else {
            return [serialize(record)]
        }
        // A resumed session goes over iterations that an earlier one may have logged: TensorBoard drops those too.
        var restart = EventRecord()
        restart.wallTime = wallTime
        restart.step = Int64(description.firstIteration + 1)
        restart.sessionLog.status = 1
        return [serialize(restart), serialize(record)]
    }

    private static func serialize(_ record: EventRecord) -> [UInt8] {
        // Only required fields and extensions can fail to serialise, and proto3 has neither.
        (try? record.serializedBytes()) ?? []
    }

    private static func values(of event: RunEvent) -> [SummaryValue] {
        switch event {
        case .iterationFinished(let record): iteration(record)
        case .validated(let record): validation(record)
        case .filtersObserved(let filters): self.filters(filters)
        default: shown(event) + [exact(event)]
        }
    }

    /// What TensorBoard shows of the events that travel whole as JSON.
    private static func shown(_ event: RunEvent) -> [SummaryValue] {
        switch event {
        case .described(let description): [.text(EventTag.description, description.markdown)]
        case .changed(let change):
            [
                .text(
                    EventTag.changes,
                    "`\(change.key)`: \(change.from) → \(change.to) after iteration \(change.iteration)")
            ]
        case .noted(let note): [.text(EventTag.notes, "\(note.severity.rawValue): \(note.text)")]
        case .checkpointed(let iteration, let epoch, let file):
            [.text(EventTag.checkpoints, "iteration \(iteration), epoch \(epoch): `\(file)`")]
        case .tried(let point): [.scalar(EventTag.search, Float(point.accuracy))]
        case .stopped(let record): [.text(EventTag.stop, record.markdown)]
        case .layersObserved(let layers, _): layers.flatMap(scalars)
        default: []
        }
    }

    private static func exact(_ event: RunEvent) -> SummaryValue {
        // Every event is plain numbers and strings, which JSON always takes.
        let json = (try? EventJSON.encode(event)) ?? []
        return .strings(EventTag.exactEvent, plugin: EventTag.plugin, [Data(json)])
    }

    private static func iteration(_ record: IterationRecord) -> [SummaryValue] {
        let scalars: [(tag: String, value: Float?)] = [
            (EventTag.trainingLoss, record.loss), (EventTag.trainingAccuracy, record.accuracy),
            (EventTag.learningRate, record.learningRate.map { Float($0) }),
            (EventTag.epoch, Float(record.epoch)), (EventTag.elapsed, Float(record.elapsed)),
        ]
        let exact = [Double(record.epoch), record.learningRate ?? .nan, record.elapsed]
        return scalars.compactMap { tag, value in value.map { .scalar(tag, $0) } }
            + [.doubles(EventTag.exactIteration, exact)]
    }

    private static func validation(_ record: ValidationRecord) -> [SummaryValue] {
        var rest = record
        rest.confusion = ConfusionMatrix(classes: 0)
        let classes = record.confusion.classes
        let loss = record.loss.map { SummaryValue.scalar(EventTag.validationLoss, $0) }
        return (loss.map { [$0] } ?? []) + [
            .scalar(EventTag.validationAccuracy, record.accuracy),
            .integers(EventTag.confusion, shape: [classes, classes], record.confusion.counts),
            exact(.validated(rest)),
        ]
    }

    private static func filters(_ filters: FilterBank) -> [SummaryValue] {
        let rest = FilterBank(
            layer: filters.layer, iteration: filters.iteration, epoch: filters.epoch, count: 0,
            channels: filters.channels, height: filters.height, width: filters.width, weights: [])
        let shape = [filters.count, filters.channels, filters.height, filters.width]
        var values = [SummaryValue]()
        if let sheet = ContactSheet(filters), let png = sheet.png() {
            values.append(
                .image(EventTag.filters(filters.layer), png: png, width: sheet.width, height: sheet.height))
        }
        values.append(.floats(EventTag.weights(filters.layer), shape: shape, filters.weights))
        values.append(exact(.filtersObserved(rest)))
        return values
    }

    private static func scalars(_ health: LayerHealth) -> [SummaryValue] {
        // A frozen layer's zeros would look like a layer that has stopped learning.
        guard !(health.isFrozen ?? false) else {
            return [.scalar(EventTag.layer(health.layer, "weightNorm"), health.weightNorm)]
        }
        return [
            .scalar(EventTag.layer(health.layer, "weightNorm"), health.weightNorm),
            .scalar(EventTag.layer(health.layer, "gradientNorm"), health.gradientNorm),
            .scalar(EventTag.layer(health.layer, "updateRatio"), health.updateRatio),
            .scalar(EventTag.layer(health.layer, "deadFraction"), health.deadFraction),
        ]
    }
}
