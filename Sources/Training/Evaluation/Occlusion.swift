import Runs
import Tensors

extension ImportanceMap {
    /// Which parts of a signal spoke for a class, whatever judges it: how far its score falls when they are covered.
    ///
    /// - Parameters:
    ///   - signal: `[channels, points]`, of `shape`.
    ///   - operations: multiply-accumulates that judging one signal takes; somebody waits for the map.
    ///   - scores: the class's score for each of some signals.
    public init(
        ofSignal signal: [Float], shape: Shape, operations: Int, scores: ([[Float]]) throws -> [Float]
    ) rethrows {
        let whole = try scores([signal])[0]
        let occlusion = Occlusion(shape: shape, macs: operations, budget: 10_000_000_000)
        self = try occlusion.map(of: signal, score: whole) { count, load in
            try scores(
                (0..<count).map { index in
                    var covered = signal
                    covered.withUnsafeMutableBufferPointer { load(index, $0) }
                    return covered
                })
        }
    }
}

/// Which parts of a sample decided: covers one after the other with the sample's mean and looks how far a score falls.
///
/// Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014), §4.2.
struct Occlusion {
    let shape: Shape
    /// Multiply-accumulate operations of one sample.
    let macs: Int

    /// Operations that one map may take, apart from what the coarsest one needs: by default so few that a training
    /// hardly notices.
    var budget = 200_000_000

    static let batchSize = 64

    /// The map of one score of a sample.
    ///
    /// - Parameter score: what the network gives, as a number each, for `count` samples; `load` writes the one of an
    ///   index.
    func map(
        of sample: [Float], score whole: Float,
        _ score: (_ count: Int, _ load: @escaping (Int, UnsafeMutableBufferPointer<Float>) -> Void) throws
            -> [Float]
    ) rethrows -> ImportanceMap {
        let (rows, columns) = grid
        let means = (0..<shape.channels).map { channel in
            sample[channel * shape.area..<(channel + 1) * shape.area].reduce(0, +) / Float(shape.area)
        }
        var drops: [Float] = []
        for start in stride(from: 0, to: rows * columns, by: Self.batchSize) {
            let count = min(Self.batchSize, rows * columns - start)
            let scores = try score(count) { [shape] index, place in
                _ = place.update(from: sample)
                let cell = start + index
                let y = Self.window(cell / columns, of: rows, over: shape.height)
                let x = Self.window(cell % columns, of: columns, over: shape.width)
                for channel in 0..<shape.channels {
                    for row in y {
                        let line = channel * shape.area + row * shape.width
                        for column in x { place[line + column] = means[channel] }
                    }
                }
            }
            drops += scores.map { whole - $0 }
        }
        return ImportanceMap(rows: rows, columns: columns, drops: drops)
    }

    /// As fine as the budget allows: 4×4 to 16×16 places, or 8 to 128 along a signal, never finer than the sample.
    private var grid: (rows: Int, columns: Int) {
        let places = budget / max(1, macs)
        guard shape.height > 1 else { return (1, min(shape.width, max(8, min(128, places)))) }
        var side = 4
        while side < 16, (side + 1) * (side + 1) <= places { side += 1 }
        return (min(side, shape.height), min(side, shape.width))
    }

    /// What is covered for one place of a grid: a part twice as wide as the places are apart, in the middle of it.
    static func window(_ place: Int, of places: Int, over extent: Int) -> Range<Int> {
        let start = place * extent / places
        let end = max(start + 1, (place + 1) * extent / places)
        guard places > 1 else { return start..<end }
        let margin = max(extent > 1 ? 1 : 0, (end - start) / 2)
        return max(0, start - margin)..<min(extent, end + margin)
    }
}
