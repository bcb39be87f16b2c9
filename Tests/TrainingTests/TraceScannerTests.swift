import Datasets
import Interchange
import Networks
import Runs
import Tensors
import Testing
import Training

/// Models of signals that look at signals and traces.
struct TraceScannerTests {
    private let workers = Workers(threads: 1)

    /// Sees how much its middle point stands above its ends: the classes are nothing and a peak.
    private func model(names: [String] = ["no peak", "peak"]) throws -> Model {
        var network = Network(name: "middle", input: Shape(1, 1, 5))
        network.append(FullyConnected(outputs: 2), named: "fc")
        network.append(Softmax(), named: "prob")
        let parameters = try Parameters<Float>(network, random: RandomSource(seed: 1))
        parameters.set("fc.weights", to: [0, 0, 0, 0, 0, -9, 0, 18, 0, -9])
        parameters.set("fc.bias", to: [4, -4])
        return Model(
            name: "middle", network: network, parameters: parameters, classNames: names,
            preprocessing: .raw(channels: 1))
    }

    private var trace: [Float] { (0..<60).map { max(0, 1 - Float(abs($0 - 30)) / 3) } }

    @Test func theScoreIsHighWhereThePeakIs() throws {
        let scanner = try TraceScanner(model(), peaks: nil, workers: workers)
        let scores = scanner.scores(of: trace, window: 5, stride: 2)
        #expect(scores.count == 30 && scanner.peakClasses == [1] && scanner.windowLength == 5)
        #expect(scores.indices.max { scores[$0] < scores[$1] } == 15)
        #expect(scores[15] > 0.95 && scores[0] < 0.01 && scores[29] < 0.01)
        let peaks = PeakPicking(threshold: 0.5, separation: 4).peaks(in: trace, scores: scores, stride: 2)
        #expect(peaks.map(\.apex) == [30])
    }

    @Test func widePeaksAreFoundWithWiderWindows() throws {
        let wide = (0..<600).map { max(0, 1 - Float(abs($0 - 300)) / 30) }
        let scanner = try TraceScanner(model(), peaks: ["peak"], workers: workers)
        let narrow = scanner.scores(of: wide, window: 5, stride: 10)
        #expect(narrow.allSatisfy { $0 < 0.5 })
        let scores = scanner.scores(of: wide, window: 50, stride: 10)
        #expect(scores.indices.max { scores[$0] < scores[$1] } == 30 && scores[30] > 0.5)
    }

    @Test func whichClassesArePeaksIsSaidOrSeen() throws {
        let four = ["peak", "small peak", "no peak", "high no-peak"]
        #expect(
            throws: ScanError.whichArePeaks(model: "middle", classes: ["0", "1"])
        ) { try TraceScanner(model(names: ["0", "1"]), peaks: nil, workers: workers) }
        let told = try TraceScanner(model(names: ["0", "1"]), peaks: ["1"], workers: workers)
        #expect(told.peakClasses == [1])
        let wrong = #expect(throws: ScanError.self) {
            try TraceScanner(model(names: ["a", "b"]), peaks: ["c"], workers: workers)
        }
        #expect(wrong?.description == "middle: has no class “c”; its classes are a, b")
        #expect(try TraceScanner(model(names: four), peaks: nil, workers: workers).peakClasses == [0, 1])
    }

    @Test func whatDecidedIsTheMiddle() throws {
        let predictor = try Predictor(model(), batchSize: Predictor.importanceBatch, workers: workers)
        let map = predictor.importance(of: [0, 0, 1, 0, 0], class: 1)
        #expect(map.rows == 1 && map.columns == 5)
        // What is covered is wider than a place, so the places beside the middle cover it too.
        let strongest = try #require(map.drops.indices.max { map.drops[$0] < map.drops[$1] })
        #expect((1...3).contains(strongest) && map.drops[2] > 0.5)
    }

    @Test func standardisedSignalsStaySoThroughTheModelsText() throws {
        var way = Preprocessing.raw(channels: 1)
        way.standardizesEachSample = true
        #expect(way.description == "grey factors 1.0 offsets 0.0 stretch each")
        #expect(Preprocessing(way.description) == way)
        let input = way.input(ofSignal: [1, 2, 3])
        #expect(zip(input, [-1.2247449, 0, 1.2247449] as [Float]).allSatisfy { abs($0 - $1) < 1e-5 })
    }
}
