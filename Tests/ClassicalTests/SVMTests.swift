import CLIBSVM
import Classical
import Foundation
import Tensors
import Testing

/// Two overlapping clouds, or three, in two dimensions.
struct Clouds {
    let samples: FeatureMatrix
    let labels: [Int]

    init(count: Int, classes: Int, seed: UInt64 = 1) {
        var random = RandomSource(seed: seed)
        labels = (0..<count).map { $0 % classes }
        let centers: [(Double, Double)] = [(0, 0), (1.6, 0.4), (0.3, 1.8)]
        samples = FeatureMatrix(
            count: count, width: 2,
            values: labels.flatMap { label in
                [
                    centers[label].0 + 0.7 * Double(random.normal()),
                    centers[label].1 + 0.7 * Double(random.normal()),
                ]
            })
    }
}

struct SVMTests {
    private let workers = Workers(threads: 2)
    static let kernels: [KernelFunction] = [
        .linear, .polynomial(degree: 2, gamma: 0.5, offset: 1), .rbf(gamma: 0.8),
        .sigmoid(gamma: 0.1, offset: 0),
    ]

    /// LIBSVM reads the file and must come to the same decisions.
    @Test(arguments: kernels, [2, 3])
    func libsvmReadsTheModelAndDecidesTheSame(_ kernel: KernelFunction, classes: Int) throws {
        let clouds = Clouds(count: 90, classes: classes)
        let model = try SVMModel(
            training: clouds.samples, labels: clouds.labels,
            settings: SVMSettings(kernel: kernel, cost: 2, givesProbabilities: true), workers: workers)
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try model.write(to: path)
        var theirs = svm_load_model(path)
        defer { svm_free_and_destroy_model(&theirs) }
        try #require(theirs != nil)
        let ours = model.decisionValues(clouds.samples, workers: workers)
        for sample in 0..<clouds.samples.count {
            var nodes = clouds.samples.row(sample).enumerated().map {
                svm_node(index: Int32($0 + 1), value: $1)
            }
            nodes.append(svm_node(index: -1, value: 0))
            var values = [Double](repeating: 0, count: ours[sample].count)
            let label = svm_predict_values(theirs, nodes, &values)
            #expect(Int(label) == model.elected(by: ours[sample]))
            for (one, other) in zip(values, ours[sample]) { #expect(abs(one - other) < 1e-9) }
            var chances = [Double](repeating: 0, count: classes)
            _ = svm_predict_probability(theirs, nodes, &chances)
            for (one, other) in zip(chances, model.probabilities(of: ours[sample])) {
                // For two classes LIBSVM iterates to what is known exactly.
                #expect(abs(one - other) < (classes == 2 ? 5e-3 : 1e-6))
            }
        }
        #expect(try SVMModel(contentsOf: path, width: 2) == model)
    }

    @Test func classesAreRankedByThePairsTheyWin() throws {
        let clouds = Clouds(count: 90, classes: 3)
        let model = try SVMModel(
            training: clouds.samples, labels: clouds.labels.map { $0 * 10 },
            settings: SVMSettings(kernel: .linear), workers: workers)
        // Pairs (0, 10), (0, 20), (10, 20): the second class wins both of its own, the third one.
        #expect(model.labels == [0, 10, 20])
        #expect(model.ranking(by: [-1, -2, 3]) == [10, 20, 0])
        // A circle: one each, in the order of the classes.
        #expect(model.ranking(by: [1, -1, 1]) == [0, 10, 20])
        #expect(model.elected(by: [-1, -2, 3]) == 10)
    }

    @Test func itLearnsWhatALineCannotTell() throws {
        // Inside and outside of a circle.
        var random = RandomSource(seed: 4)
        let points = (0..<200).map { _ in (Double(random.uniform(-1, 1)), Double(random.uniform(-1, 1))) }
        let labels = points.map { $0.0 * $0.0 + $0.1 * $0.1 < 0.5 ? 1 : 0 }
        let samples = FeatureMatrix(count: 200, width: 2, values: points.flatMap { [$0.0, $0.1] })
        let share = { (kernel: KernelFunction) throws -> Double in
            let model = try SVMModel(
                training: samples, labels: labels, settings: SVMSettings(kernel: kernel, cost: 100),
                workers: workers)
            let decisions = model.decisionValues(samples, workers: workers)
            return Double(zip(labels, decisions).count { $0 == model.elected(by: $1) }) / 200
        }
        #expect(try share(.rbf(gamma: 2)) > 0.97)
        #expect(try share(.linear) < 0.75)
    }

    /// Four points whose widest street is known: it runs between x = −1 and x = 1.
    @Test func theMarginIsTheStreetsWidth() throws {
        let samples = FeatureMatrix(count: 4, width: 2, values: [-1, 0, -2, 1, 1, 0, 2, -1])
        let model = try SVMModel(
            training: samples, labels: [0, 0, 1, 1], settings: SVMSettings(kernel: .linear, cost: 1000),
            workers: workers)
        #expect(abs((model.margin(workers: workers) ?? 0) - 2) < 1e-3)
        #expect(model.vectors.count >= 2)
    }

    @Test func theSearchFindsAGoodPairAndCanBeStopped() throws {
        let clouds = Clouds(count: 120, classes: 2)
        let search = GridSearch(costs: [0.1, 1, 10], gammas: [1, 1e4], folds: 4)
        var told = 0
        let points = try search.run(
            clouds.samples, labels: clouds.labels, settings: SVMSettings(kernel: .rbf(gamma: 1)),
            workers: workers, random: RandomSource(seed: 1)
        ) { _ in
            told += 1
            return true
        }
        #expect(points.count == 6 && told == 6 && search.count(for: .linear) == 3)
        let best = try #require(GridSearch.best(points))
        #expect(best.gamma == 1 && best.accuracy > 0.8)
        let few = try search.run(
            clouds.samples, labels: clouds.labels, settings: SVMSettings(kernel: .linear), workers: workers,
            random: RandomSource(seed: 1)
        ) { _ in false }
        #expect(few.count == 1)
    }

    @Test func aRareClassCountsMoreWhenBalanced() throws {
        let clouds = Clouds(count: 300, classes: 2, seed: 9)
        // One in ten of the second class stays.
        let kept = clouds.labels.indices.filter { clouds.labels[$0] == 0 || $0 % 20 == 1 }
        let labels = kept.map { clouds.labels[$0] }
        let found = { (isBalanced: Bool) throws -> Int in
            let model = try SVMModel(
                training: clouds.samples.rows(kept), labels: labels,
                settings: SVMSettings(kernel: .linear, cost: 0.1, balancesClasses: isBalanced),
                workers: workers)
            let decisions = model.decisionValues(clouds.samples, workers: workers)
            return zip(clouds.labels, decisions).count { $0 == 1 && model.elected(by: $1) == 1 }
        }
        #expect(try found(true) > found(false) + 20)
    }

    @Test func oneClassIsAnError() {
        let samples = FeatureMatrix(count: 2, width: 1, values: [1, 2])
        #expect(throws: SVMError.oneClass) {
            try SVMModel(
                training: samples, labels: [1, 1], settings: SVMSettings(kernel: .linear), workers: workers)
        }
    }

    @Test func damagedModelsAreNamedNotTrapped() throws {
        let clouds = Clouds(count: 20, classes: 2)
        let model = try SVMModel(
            training: clouds.samples, labels: clouds.labels, settings: SVMSettings(kernel: .rbf(gamma: 1)),
            workers: workers)
        let lines = model.text.split(separator: "\n")
        for removed in lines.indices {
            var rest = lines
            rest.remove(at: removed)
            let text = rest.joined(separator: "\n")
            if let read = try? SVMModel(text: text, path: "m", width: 2) { #expect(read.width == 2) }
        }
        #expect(
            throws: SVMError.unreadable(path: "m", line: 1, reason: "no line SV")
        ) { try SVMModel(text: "", path: "m", width: nil) }
    }
}
