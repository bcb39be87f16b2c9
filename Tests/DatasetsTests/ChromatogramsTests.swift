import Datasets
import Tensors
import Testing

struct ChromatogramsTests {
    @Test func aSeedGivesTheSameSignalsWhateverTheirNumber() {
        let few = ChromatogramsDataset(trainingCount: 8, testCount: 4).generate(seed: 3)
        let more = ChromatogramsDataset(trainingCount: 12, testCount: 4).generate(seed: 3)
        guard case .floats(let first) = few.training.samples, case .floats(let second) = more.training.samples
        else {
            Issue.record("signals are floats")
            return
        }
        #expect(first == Array(second.prefix(first.count)))
        #expect(few.training.shape == Shape(1, 1, 100))
        #expect(few.training.labels == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect(few.training.classNames == ["peak", "small peak", "no peak", "high no-peak"])
        #expect(few.test.samples != few.training.samples)
    }

    /// Range over the middle of a signal, and its mean, both averaged over the samples of each class.
    @Test func theClassesAreWhatTheirNamesSay() {
        let set = ChromatogramsDataset(trainingCount: 800, testCount: 4).generate(seed: 1).training
        guard case .floats(let values) = set.samples else {
            Issue.record("signals are floats")
            return
        }
        #expect(values.allSatisfy { $0.isFinite && abs($0) < 4 })
        var (steps, means) = ([Float](repeating: 0, count: 4), [Float](repeating: 0, count: 4))
        for (sample, label) in set.labels.enumerated() {
            let signal = values[sample * 100..<(sample + 1) * 100]
            let smooth = (0..<20).map { part in
                signal.dropFirst(part * 5).prefix(5).reduce(0, +) / 5
            }
            // How far the highest place rises above the line between the ends.
            let slope = (smooth[19] - smooth[0]) / 19
            let rise = smooth.indices.map { smooth[$0] - smooth[0] - slope * Float($0) }
            steps[Int(label)] += (rise.max() ?? 0) / 200
            means[Int(label)] += signal.reduce(0, +) / 100 / 200
        }
        #expect(steps[0] > 0.3 && steps[1] < 0.2 && steps[2] < 0.1, "\(steps)")
        #expect(steps[1] > 1.5 * steps[2], "\(steps)")
        #expect(means[3] > 0.3 && means[2] < 0.15, "\(means)")
    }

    @Test func itIsADataSource() throws {
        let data = try DataSource(.chromatograms).load(seed: 1)
        #expect(data.test.count == 1000 && data.training.count + data.validation.count == 6000)
        #expect(data.shape == Shape(1, 1, 100))
    }
}
