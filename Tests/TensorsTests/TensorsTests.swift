import Synchronization
import Tensors
import Testing

@Test func aShapeReadsLikeItIsWritten() {
    #expect(Shape(8, 28, 28).description == "28×28×8")
    #expect(Shape(4, 1, 100).description == "100×4" && Shape(10).description == "10")
    #expect(Shape(10).dimensions == [10])
    #expect(Shape(2, 1, 5).dimensions == [2, 1, 5])
}

@Test(arguments: 1...4)
func everyPieceRunsOnce(threads: Int) {
    let workers = Workers(threads: threads)
    let counts = (0..<50).map { _ in Counter() }
    for pieces in [0, 1, 2, 50] {
        for counter in counts { counter.value.store(0, ordering: .relaxed) }
        workers.run(pieces: pieces) { piece, worker in
            #expect(worker < threads)
            counts[piece].value.add(1, ordering: .relaxed)
        }
        #expect(counts.map { $0.value.load(ordering: .relaxed) } == (0..<50).map { $0 < pieces ? 1 : 0 })
    }
}

private final class Counter: Sendable {
    let value = Atomic<Int>(0)
}

@Test func sleepingWorkersWakeUp() {
    let workers = Workers(threads: 2)
    let counter = Counter()
    for _ in 0..<3 {
        // Long beyond the time that workers watch for work.
        var ticks = 0
        while ticks < 3_000_000 { ticks += Int(RandomSource(seed: UInt64(ticks)).key & 1) + 1 }
        workers.run(pieces: 8) { _, _ in counter.value.add(1, ordering: .relaxed) }
    }
    #expect(counter.value.load(ordering: .relaxed) == 24)
}

@Test func streamsDependOnTheirKeysAlone() {
    var source = RandomSource(seed: 7)
    let before = source.stream(3, 4)
    _ = source.next()
    #expect(source.stream(3, 4) == before)
    #expect(source.stream(4, 3) != before)
    #expect(source.stream(3).stream(4) == before)
    #expect(RandomSource(key: source.key, counter: source.counter) == source)
}

@Test func randomNumbersHaveTheirMoments() {
    var source = RandomSource(seed: 1)
    let uniform = (0..<20_000).map { _ in source.uniform() }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / 20_000 - 0.5) < 0.01)
    let normal = (0..<20_000).map { _ in source.normal() }
    #expect(abs(normal.reduce(0, +) / 20_000) < 0.03)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.03)
}

@Test func aShuffleIsAPermutationThatTheSeedDecides() {
    var (one, two) = (RandomSource(seed: 5), RandomSource(seed: 5))
    var (first, second) = (Array(0..<100), Array(0..<100))
    one.shuffle(&first)
    two.shuffle(&second)
    #expect(first == second && first != Array(0..<100) && first.sorted() == Array(0..<100))
}

@Test func productsOfTransposedMatrices() {
    var (a, b, c): ([Float], [Float], [Float]) = ([1, 2, 3, 4, 5, 6], [1, 0, 2, 1, 0, 1], [1, 1, 1, 1])
    a.withUnsafeMutableBufferPointer { a in
        b.withUnsafeMutableBufferPointer { b in
            c.withUnsafeMutableBufferPointer { c in
                guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                // [2×3] · ([2×3] transposed) + what is there.
                Float.multiply(
                    MatrixOperand(a, stride: 3), MatrixOperand(b, stride: 3, transposed: true), into: c,
                    stride: 2,
                    rows: 2, columns: 2, inner: 3, alpha: 1, beta: 1)
            }
        }
    }
    #expect(c == [8, 5, 17, 11])
}

@Test func buffersAreAlignedAndZero() {
    let buffer = AlignedBuffer<Float>(count: 100)
    #expect(UInt(bitPattern: buffer.base) % 64 == 0)
    #expect(buffer.elements.allSatisfy { $0 == 0 })
}
