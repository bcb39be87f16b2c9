import Datasets
import Tensors
import Testing

struct SplitTests {
    private let random = RandomSource(seed: 5)

    private func split(_ labels: [Int32], classes: Int, validation: Double, test: Double) throws -> Split {
        try Split(labels: labels, classes: classes, validation: validation, test: test, random: random)
    }

    @Test func everySampleIsInExactlyOnePart() throws {
        let labels = (0..<997).map { Int32($0 * $0 % 7) }
        let split = try split(labels, classes: 7, validation: 0.2, test: 0.1)
        #expect((split.training + split.validation + split.test).sorted() == Array(0..<997))
        for part in [split.training, split.validation, split.test] { #expect(part == part.sorted()) }
    }

    @Test func everyClassHasItsShare() throws {
        // Classes of 500, 50 and 20 samples.
        let labels = (0..<570).map { Int32($0 < 500 ? 0 : $0 < 550 ? 1 : 2) }
        let split = try split(labels, classes: 3, validation: 0.2, test: 0.1)
        let counts = { (indices: [Int]) in (0..<3).map { label in indices.count { labels[$0] == label } } }
        #expect(counts(split.validation) == [100, 10, 4])
        #expect(counts(split.test) == [50, 5, 2])
        #expect(counts(split.training) == [350, 35, 14])
    }

    @Test func classesTooSmallForAShareStillAddUp() throws {
        // A hundred classes of four samples each: a tenth of each is 0.4 samples, of all 40.
        let labels = (0..<400).map { Int32($0 / 4) }
        let split = try split(labels, classes: 100, validation: 0.1, test: 0)
        #expect(split.validation.count == 40)
        #expect(split.training.count == 360)
    }

    @Test func theSeedDecides() throws {
        let labels = (0..<100).map { Int32($0 % 2) }
        let first = try split(labels, classes: 2, validation: 0.3, test: 0)
        #expect(try split(labels, classes: 2, validation: 0.3, test: 0) == first)
        let other = try Split(
            labels: labels, classes: 2, validation: 0.3, test: 0, random: RandomSource(seed: 6))
        #expect(other != first)
    }

    @Test(arguments: [(0.6, 0.4), (-0.1, 0.2), (1, 0), (0, .nan)])
    func impossibleFractionsAreErrors(validation: Double, test: Double) {
        #expect(throws: SplitError.self) {
            try split([0, 1], classes: 2, validation: validation, test: test)
        }
    }

    @Test func nothingLeftToTrainOnIsAnError() {
        #expect(throws: SplitError.empty(samples: 1)) { try split([0], classes: 1, validation: 0.9, test: 0) }
    }
}
