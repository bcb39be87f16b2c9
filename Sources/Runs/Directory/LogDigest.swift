/// What a list of runs needs of a log, found without decoding every iteration of it.
struct LogDigest {
    private(set) var description: RunDescription?
    private(set) var startedAt: Double?
    private(set) var plan: RunPlan?
    private(set) var lastIteration: IterationRecord?
    private(set) var stop: StopRecord?
    private var bests: [ValidationRecord] = []

    /// The last validation that was the best so far.
    var best: ValidationRecord? { bests.last }

    init(_ directory: RunDirectory) {
        for path in directory.eventFiles {
            var file = TailedEventFile(path: path, checksData: false)
            var latest: [UInt8]?
            file.read { record in
                // Nearly all records are iterations, of which only the last one matters.
                if LogDigest.isIteration(record) {
                    latest = nil
                    latest = [UInt8](record)
                } else {
                    note(record)
                }
            } damaged: { _ in
            }
            latest?.withUnsafeBytes { note($0) }
        }
    }

    private mutating func note(_ record: UnsafeRawBufferPointer) {
        guard let event = try? EventDecoder.event(of: record) else { return }
        switch event {
        case .described(let description): begin(description)
        case .planned(let plan): self.plan = plan
        case .iterationFinished(let record): lastIteration = record
        case .validated(let record) where record.isBest: bests.append(record)
        case .stopped(let record): stop = record
        default: break
        }
    }

    /// A session that resumed goes back to its checkpoint: what came later did not happen.
    private mutating func begin(_ description: RunDescription) {
        self.description = description
        startedAt = startedAt ?? description.startedAt
        bests.removeAll { $0.iteration > description.firstIteration }
        if let last = lastIteration, last.iteration > description.firstIteration { lastIteration = nil }
        stop = nil
    }

    /// Whether the first value of the record's summary is the training loss, or where there is none the accuracy; looks at its first bytes only.
    ///
    ///     09 wall_time(8)  10 step(varint)  2A length  0A length  0A 0D "training/loss"
    private static func isIteration(_ record: UnsafeRawBufferPointer) -> Bool {
        var position = 9
        func skip(_ tag: UInt8) -> Bool {
            guard position < record.count, record[position] == tag else { return false }
            position += 1
            while position < record.count, record[position] >= 0x80 { position += 1 }
            position += 1
            return true
        }
        guard skip(0x10), skip(0x2A), skip(0x0A), skip(0x0A) else { return false }
        let tag = record.dropFirst(position)
        return tag.starts(with: EventTag.trainingLoss.utf8)
            || tag.starts(with: EventTag.trainingAccuracy.utf8)
    }
}
