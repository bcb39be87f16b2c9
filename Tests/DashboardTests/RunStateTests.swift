import Dashboard
import Runs
import Screen
import Testing

struct RunStateTests {
    private func record(_ iteration: Int, loss: Float = 1) -> IterationRecord {
        IterationRecord(
            iteration: iteration, epoch: (iteration - 1) / 100 + 1, loss: loss, accuracy: 0.5,
            learningRate: 0.01,
            elapsed: Double(iteration) * 0.01)
    }

    @Test func aMillionIterationsTakeBoundedMemory() {
        var history = History()
        for iteration in 1...1_000_000 { history.append(record(iteration, loss: Float(iteration))) }
        #expect(history.storedBuckets < 8 * History.capacity)
        #expect(history.first?.first == 1)
        #expect(history.last?.last == 1_000_000)
        for range in [1...1_000_000, 999_000...1_000_000, 400_000...600_000] {
            let buckets = history.buckets(in: range, wanted: 300)
            #expect(buckets.count >= 150 && buckets.count <= 2 * History.capacity)
            #expect((buckets.first?.first ?? .max) <= range.lowerBound)
            #expect((buckets.last?.last ?? 0) >= range.upperBound)
        }
        let newest = history.buckets(in: 999_900...1_000_000, wanted: 300)
        #expect(newest.allSatisfy { $0.first == $0.last }, "the newest are exact")
    }

    @Test func bucketsKeepTheExtremesAndTheMean() {
        var history = History()
        for iteration in 1...40_000 { history.append(record(iteration, loss: iteration == 77 ? 99 : 1)) }
        let buckets = history.buckets(in: 1...40_000, wanted: 100)
        #expect(buckets.map(\.loss.maximum).max() == 99)
        #expect(buckets.map(\.loss.minimum).min() == 1)
        #expect(buckets.reduce(0) { $0 + $1.loss.count } == 40_000)
    }

    @Test func notFiniteLossesAreCountedAndNoted() {
        let run = RunState(replaying: [
            .iterationFinished(record(1)), .iterationFinished(record(2, loss: .nan)),
            .iterationFinished(record(3, loss: .infinity)),
        ])
        #expect(run.firstNotFinite == 2)
        #expect(run.log.map(\.text) == ["the loss is NaN"])
        #expect(run.history.buckets(in: 1...3, wanted: 10).map(\.loss.notFinite) == [0, 1, 1])
    }

    @Test func whatIsTrainedWithoutALossShowsNone() {
        let events: [RunEvent] = [
            .described(RecordedRun.description),
            .iterationFinished(
                IterationRecord(
                    iteration: 1, epoch: 1, loss: nil, accuracy: 0.5, learningRate: nil, elapsed: 1)),
            .validated(
                ValidationRecord(
                    iteration: 1, epoch: 1, loss: nil, accuracy: 0.5, confusion: ConfusionMatrix(classes: 2),
                    isBest: true, sinceBest: 0, patience: nil)),
        ]
        let run = RunState(replaying: events)
        #expect(run.log.map(\.text).contains("val .500") && run.firstNotFinite == nil)
        var state = State(run: "machine")
        Scene.send(.events(events), to: &state)
        let text = frame(state, Size(width: 160, height: 50)).description
        #expect(text.contains("trained without a loss"))
        #expect(!text.prefix { $0 != "\n" }.contains("rate"))
    }

    @Test func aResumedSessionForgetsWhatItTrainsAnew() {
        var description = RecordedRun.description
        var events: [RunEvent] = [.described(description)] + (1...300).map { .iterationFinished(record($0)) }
        events += [.epochFinished(epoch: 1, iteration: 100), .epochFinished(epoch: 2, iteration: 200)]
        events.append(
            .stopped(
                StopRecord(
                    reason: .stoppedByUser, iteration: 300, epoch: 3, bestValidationAccuracy: nil,
                    bestIteration: nil,
                    saved: nil)))
        description.firstIteration = 200
        events += [.described(description), .iterationFinished(record(201, loss: 7))]
        let run = RunState(replaying: events)
        #expect(run.iteration == 201)
        #expect(run.history.last?.loss.mean == 7)
        #expect(run.epochEnds.marks.map(\.epoch) == [1, 2])
        #expect(!run.isOver)
    }

    @Test func aLongRunResumedFarBackKeepsItsBeginning() {
        var history = History()
        for iteration in 1...100_000 { history.append(record(iteration)) }
        history.truncate(after: 1000)
        #expect((900...1000).contains(history.last?.last ?? 0))
        history.append(record(1001))
        history.append(record(1002))
        #expect(history.first?.first == 1)
        #expect(history.last?.last == 1002)
        let all = history.buckets(in: 1...1002, wanted: 100)
        #expect(all.first?.first == 1 && all.last?.last == 1002)
    }

    @Test func repeatedEventsChangeNothing() {
        let events = RecordedRun.events(through: 1000)
        let once = RunState(replaying: events)
        var twice = once
        for event in events { if case .iterationFinished = event { twice.apply(event) } }
        #expect(twice == once)
    }

    @Test func positionsAgreeWithTheirInverses() {
        let run = RunState(replaying: RecordedRun.events(through: 2480))
        for iteration in [1.0, 100, 469, 1000, 2480, 4000] {
            #expect(abs(run.iteration(atEpoch: run.epoch(at: iteration)) - iteration) < 0.5)
            #expect(abs(run.history.iteration(atElapsed: run.history.elapsed(at: iteration)) - iteration) < 4)
        }
        #expect(run.epoch(at: 938) == 2)
        #expect(abs((run.remaining ?? 0) - 2210 * RecordedRun.secondsPerIteration) < 0.1)
    }

    @Test func theLogIsBoundedAndSaysWhatHappened() {
        var run = RunState(replaying: RecordedRun.events(through: 1900))
        #expect(run.log.contains { $0.text == "learning rate 0.01 → 0.005" && $0.kind == .edit })
        for index in 1...3000 { run.apply(.noted(Note(.warning, "note \(index)", iteration: index))) }
        #expect(run.log.count == RunState.logCapacity)
        #expect(run.log.last?.text == "note 3000")
    }

    @Test func marksAreThinnedNotLost() {
        var run = RunState()
        for epoch in 1...10_000 { run.apply(.epochFinished(epoch: epoch, iteration: epoch)) }
        #expect(run.epochEnds.marks.count <= Thinned<EpochMark>.capacity)
        #expect(run.epochEnds.marks.first?.epoch == 1)
        #expect(run.epochEnds.marks.last?.epoch == 10_000)
    }
}
