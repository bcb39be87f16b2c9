import FoundationEssentials
import SwiftProtobuf

/// Restores a run's events from the records of an event file.
enum EventDecoder {
    /// Why a record of ours could not be understood.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The event of a record; `nil` for records that are not ours (other programs' logs, headers).
    static func event(of record: UnsafeRawBufferPointer) throws -> RunEvent? {
        let decoded = try EventRecord(serializedBytes: [UInt8](record))
        guard case .summary(let summary)? = decoded.what else { return nil }
        for value in summary.value {
            switch value.tag {
            case EventTag.exactIteration: return try iteration(decoded, summary, value)
            case EventTag.exactEvent: return try exact(summary, value)
            default: continue
            }
        }
        return nil
    }

    private static func iteration(
        _ record: EventRecord, _ summary: SummaryRecord, _ exact: SummaryValue
    ) throws -> RunEvent {
        let numbers = exact.tensor.doubleVal
        guard numbers.count == 3, let epoch = Int(exactly: numbers[0]) else {
            throw Failure(
                description: "\(exact.tag) holds \(numbers.count) numbers, expected epoch, rate and seconds")
        }
        guard let accuracy = scalar(EventTag.trainingAccuracy, summary) else {
            throw Failure(description: "no \(EventTag.trainingAccuracy) beside \(exact.tag)")
        }
        return .iterationFinished(
            IterationRecord(
                iteration: Int(record.step), epoch: epoch, loss: scalar(EventTag.trainingLoss, summary),
                accuracy: accuracy, learningRate: numbers[1].isNaN ? nil : numbers[1],
                elapsed: numbers[2]))
    }

    private static func exact(_ summary: SummaryRecord, _ value: SummaryValue) throws -> RunEvent {
        guard let json = value.tensor.stringVal.first else {
            throw Failure(description: "\(value.tag) is empty")
        }
        let event = try EventJSON.decode(RunEvent.self, from: json)
        switch event {
        case .validated(var record):
            record.confusion = try confusion(try tensor(EventTag.confusion, summary))
            return .validated(record)
        case .filtersObserved(let rest):
            return .filtersObserved(try filters(rest, try tensor(EventTag.weights(rest.layer), summary)))
        default: return event
        }
    }

    private static func confusion(_ tensor: TensorRecord) throws -> ConfusionMatrix {
        let classes = Int(tensor.tensorShape.dim.first?.size ?? 0)
        guard classes >= 0, classes < 1 << 20, tensor.int64Val.count == classes * classes else {
            throw Failure(
                description: "confusion matrix of \(tensor.int64Val.count) counts for \(classes) classes")
        }
        return ConfusionMatrix(classes: classes, counts: tensor.int64Val.map(Int.init))
    }

    private static func filters(_ rest: FilterBank, _ tensor: TensorRecord) throws -> FilterBank {
        let sizes = tensor.tensorShape.dim.map { Int($0.size) }
        guard let count = sizes.first, sizes == [count, rest.channels, rest.height, rest.width],
            sizes.allSatisfy({ (0...1 << 15).contains($0) }), tensor.floatVal.count == sizes.reduce(1, *)
        else {
            throw Failure(description: "filters of shape \(sizes) with \(tensor.floatVal.count) weights")
        }
        return FilterBank(
            layer: rest.layer, iteration: rest.iteration, epoch: rest.epoch, count: count,
            channels: rest.channels,
            height: rest.height, width: rest.width, weights: tensor.floatVal)
    }

    private static func scalar(_ tag: String, _ summary: SummaryRecord) -> Float? {
        guard case .simpleValue(let number)? = summary.value.first(where: { $0.tag == tag })?.value else {
            return nil
        }
        return number
    }

    private static func tensor(_ tag: String, _ summary: SummaryRecord) throws -> TensorRecord {
        guard case .tensor(let tensor)? = summary.value.first(where: { $0.tag == tag })?.value else {
            throw Failure(description: "no \(tag) beside \(EventTag.exactEvent)")
        }
        return tensor
    }
}
