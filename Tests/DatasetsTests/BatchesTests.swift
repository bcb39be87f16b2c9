import Datasets
import Foundation
import Tensors
import Testing

struct BatchesTests {
    private let random = RandomSource(seed: 3)

    private func epoch(_ batches: inout Batches, size: Int) -> [[Int]] {
        var all: [[Int]] = []
        while true {
            let batch = batches.next(size: size)
            all.append(Array(batch.samples))
            if batch.endsEpoch { return all }
        }
    }

    @Test func withoutShufflingTheOrderIsTheFilesOrder() {
        var batches = Batches(count: 7, shuffle: .never, random: random)
        #expect(epoch(&batches, size: 3) == [[0, 1, 2], [3, 4, 5], [6]])
        #expect(epoch(&batches, size: 3) == [[0, 1, 2], [3, 4, 5], [6]])
    }

    @Test func theLastBatchCanBeDropped() {
        var batches = Batches(count: 7, shuffle: .never, lastBatch: .drop, random: random)
        #expect(epoch(&batches, size: 3) == [[0, 1, 2], [3, 4, 5]])
        #expect(epoch(&batches, size: 3).count == 2)
    }

    @Test(arguments: [LastBatch.keep, .drop])
    func aBatchLargerThanTheSetIsTheSet(lastBatch: LastBatch) {
        var batches = Batches(count: 4, shuffle: .never, lastBatch: lastBatch, random: random)
        #expect(epoch(&batches, size: 100) == [[0, 1, 2, 3]])
    }

    @Test func onceKeepsItsOrderAndEveryEpochChangesIt() {
        var once = Batches(count: 50, shuffle: .once, random: random)
        let first = epoch(&once, size: 8).flatMap(\.self)
        #expect(first != Array(0..<50))
        #expect(first.sorted() == Array(0..<50))
        #expect(epoch(&once, size: 8).flatMap(\.self) == first)
        var every = Batches(count: 50, shuffle: .everyEpoch, random: random)
        let one = epoch(&every, size: 8).flatMap(\.self)
        let two = epoch(&every, size: 8).flatMap(\.self)
        #expect(one != two)
        #expect(two.sorted() == Array(0..<50))
    }

    @Test(arguments: Shuffle.allCases)
    func aResumedRunSeesTheSameBatches(shuffle: Shuffle) throws {
        var whole = Batches(count: 23, shuffle: shuffle, random: random)
        for step in 0..<20 {
            let saved = try JSONEncoder().encode(whole.position)
            let position = try JSONDecoder().decode(Batches.Position.self, from: saved)
            var resumed = Batches(count: 23, shuffle: shuffle, random: random, position: position)
            // The mini-batch size changes on the way.
            let size = step < 10 ? 4 : 6
            var copy = whole
            for _ in 0..<10 { #expect(copy.next(size: size) == resumed.next(size: size)) }
            _ = whole.next(size: size)
        }
    }

    @Test func aSizeThatChangesInsideAnEpochLosesNoSample() {
        var batches = Batches(count: 20, shuffle: .everyEpoch, random: random)
        var seen: [Int] = []
        for size in [3, 5, 1, 9, 9] { seen += batches.next(size: size).samples }
        #expect(seen.sorted() == Array(0..<20))
        #expect(batches.position == Batches.Position(epoch: 1, taken: 0))
    }
}
