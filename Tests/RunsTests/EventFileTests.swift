import Foundation
import Runs
import Testing

/// The log: what is written is read again, whatever happens to the file.
@Suite
struct EventFileTests {
    @Test func checksumIsTheOneOfThePublishedVectors() {
        // RFC 3720, B.4, and the usual check of nine digits.
        #expect(Array("123456789".utf8).withUnsafeBytes { CRC32C.checksum($0) } == 0xE306_9283)
        #expect([UInt8](repeating: 0, count: 32).withUnsafeBytes { CRC32C.checksum($0) } == 0x8A91_36AA)
        #expect([UInt8](0..<32).withUnsafeBytes { CRC32C.checksum($0) } == 0x46DD_794E)
    }

    @Test func everyLoggedEventComesBackEqual() throws {
        let run = try TemporaryRun()
        try EventLogWriter(run.directory).append(Sample.logged)
        var reader = EventLogReader(run.directory)
        #expect(reader.poll() == Sample.logged)
        #expect(reader.poll().isEmpty)
    }

    @Test func aLossThatIsNoNumberComesBackAsOne() throws {
        let run = try TemporaryRun()
        let lost = ValidationRecord(
            iteration: 3, epoch: 1, loss: .nan, accuracy: 0, confusion: ConfusionMatrix(classes: 0),
            isBest: false,
            sinceBest: 1, patience: nil)
        try EventLogWriter(run.directory).append([Sample.iteration(3, loss: .nan), .validated(lost)])
        var reader = EventLogReader(run.directory)
        let events = reader.poll()
        guard events.count == 2, case .iterationFinished(let iteration) = events[0],
            case .validated(let validation) = events[1]
        else {
            Issue.record("read \(events)")
            return
        }
        #expect(iteration.loss?.isNaN == true && iteration.iteration == 3)
        #expect(validation.loss?.isNaN == true && validation.patience == nil)
    }

    @Test func whatHasNoLossAndNoRateKeepsNone() throws {
        let run = try TemporaryRun()
        let events: [RunEvent] = [
            .iterationFinished(
                IterationRecord(
                    iteration: 1, epoch: 1, loss: nil, accuracy: 0.5, learningRate: nil, elapsed: 0.1)),
            .validated(
                ValidationRecord(
                    iteration: 1, epoch: 1, loss: nil, accuracy: 0.5,
                    confusion: ConfusionMatrix(classes: 2, counts: [1, 2, 3, 4]), isBest: true, sinceBest: 0,
                    patience: nil)),
        ]
        try EventLogWriter(run.directory).append(events)
        var reader = EventLogReader(run.directory)
        #expect(reader.poll() == events)
        #expect(run.directory.summary().elapsed == 0.1)
        let bytes = try #require(
            run.directory.eventFiles.first.flatMap { FileManager.default.contents(atPath: $0) })
        for tag in ["learningRate", "training/loss", "validation/loss"] {
            #expect(bytes.firstRange(of: Data(tag.utf8)) == nil, "\(tag)")
        }
    }

    @Test func whatOnlyTheSocketCarriesIsNotLogged() throws {
        let run = try TemporaryRun()
        try EventLogWriter(run.directory).append(Sample.live)
        var reader = EventLogReader(run.directory)
        #expect(reader.poll().isEmpty)
    }

    @Test func aFileThatGrowsByteByByteGivesEachEventOnce() throws {
        let run = try TemporaryRun()
        let writer = try EventLogWriter(run.directory)
        try writer.append(Sample.logged)
        let whole = try run.bytes(of: writer.path)
        var reader = EventLogReader(run.directory)
        var events: [RunEvent] = []
        for count in stride(from: 0, through: whole.count, by: 1) where count % 7 == 0 || count == whole.count
        {
            try run.write(Array(whole[..<count]), to: writer.path)
            events += reader.poll()
        }
        #expect(events == Sample.logged)
    }

    @Test func aTornEndCostsOnlyTheLastEvent() throws {
        let run = try TemporaryRun()
        let writer = try EventLogWriter(run.directory)
        let events = [Sample.iteration(1), Sample.iteration(2)]
        try writer.append([events[0]])
        let kept = try run.bytes(of: writer.path).count
        try writer.append([events[1]])
        let whole = try run.bytes(of: writer.path)
        for count in kept..<whole.count {
            try run.write(Array(whole[..<count]), to: writer.path)
            var reader = EventLogReader(run.directory)
            #expect(reader.poll() == [events[0]], "cut at \(count) of \(whole.count)")
        }
    }

    @Test func aFlippedByteCostsOneEventAndIsReported() throws {
        let run = try TemporaryRun()
        let events = (1...4).map { Sample.iteration($0) }
        let writer = try EventLogWriter(run.directory)
        try writer.append(Array(events[..<3]))
        let startOfLast = try run.bytes(of: writer.path).count
        try writer.append([events[3]])
        let whole = try run.bytes(of: writer.path)
        for position in whole.indices {
            var damaged = whole
            damaged[position] ^= 0x20
            try run.write(damaged, to: writer.path)
            var reader = EventLogReader(run.directory)
            let read = reader.poll()
            let iterations = read.filter(events.contains)
            // Damage in the last record cannot be told from one that is being written.
            let isLast = position >= startOfLast
            let isReported = read.contains {
                if case .noted(let note) = $0 {
                    return note.severity == .warning && note.text.contains("damaged")
                }
                return false
            }
            #expect(iterations.count >= 3, "byte \(position): \(read)")
            #expect(isReported || isLast, "byte \(position): \(read)")
        }
    }

    @Test func aResumedSessionTakesBackWhatCameAfterItsCheckpoint() throws {
        let run = try TemporaryRun()
        let first: [RunEvent] = [.described(Sample.description())] + (1...9).map { Sample.iteration($0) }
        try EventLogWriter(run.directory).append(first)
        let resumed = RunEvent.described(Sample.description(firstIteration: 5))
        try EventLogWriter(run.directory).append([resumed, Sample.iteration(6, loss: 7)])
        var reader = EventLogReader(run.directory)
        #expect(reader.poll() == first.prefix(6) + [resumed, Sample.iteration(6, loss: 7)])
    }

    @Test func laterSessionsSortAfterEarlierOnesThoughTheClockStands() throws {
        let run = try TemporaryRun()
        for iteration in 1...12 {
            try EventLogWriter(run.directory, now: { 1_795_500_000 }).append([Sample.iteration(iteration)])
        }
        var reader = EventLogReader(run.directory)
        #expect(reader.poll() == (1...12).map { Sample.iteration($0) })
    }

    @Test func aFullDiskDamagesNothingAndTheSameEventsGoInLater() throws {
        let run = try TemporaryRun()
        let disk = SmallDisk(room: 700)
        let writer = try EventLogWriter(run.directory, now: { 1 }, writeBytes: disk.write)
        try writer.append([Sample.iteration(1)])
        let before = try run.bytes(of: writer.path)
        let more = (2...9).map { Sample.iteration($0) }
        #expect(throws: EventFileError.diskFull(path: writer.path, SystemFault(code: ENOSPC))) {
            try writer.append(more)
        }
        #expect(try run.bytes(of: writer.path) == before)
        disk.addRoom(1 << 20)
        try writer.append(more)
        var reader = EventLogReader(run.directory)
        #expect(reader.poll() == [Sample.iteration(1)] + more)
    }

    @Test func aReaderThatSawATornRecordReadsWhatReplacedIt() throws {
        let run = try TemporaryRun()
        let writer = try EventLogWriter(run.directory)
        let header = try run.bytes(of: writer.path)
        try writer.append([Sample.iteration(1)])
        let first = try run.bytes(of: writer.path)
        var reader = EventLogReader(run.directory)
        try run.write(Array(first.dropLast(9)), to: writer.path)
        #expect(reader.poll().isEmpty)
        try run.write(header, to: writer.path)
        #expect(reader.poll().isEmpty)
        try EventLogWriter(run.directory).append([.described(Sample.description())])
        #expect(reader.poll() == [.described(Sample.description())])
    }

    @Test func errorsSayWhereAndWhatToDo() {
        let full = EventFileError.diskFull(path: "runs/a/events", SystemFault(code: ENOSPC))
        #expect(
            full.description
                == "runs/a/events: cannot log: No space left on device; free some space, then resume")
    }
}

/// Takes so many bytes and then says that it is full.
private final class SmallDisk: @unchecked Sendable {  // one thread writes at a time
    private var room: Int

    init(room: Int) { self.room = room }

    func addRoom(_ more: Int) { room += more }

    func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ offset: off_t) -> Int {
        guard room > 0 else {
            errno = ENOSPC
            return -1
        }
        let written = pwrite(descriptor, bytes, min(count, room), offset)
        room -= max(0, written)
        return written
    }
}
