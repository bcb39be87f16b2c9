import Runs

/// The connections of a network's layers as lanes beside their list, the way version control draws branches: a layer is
/// a dot in a lane, its output runs down the lane until the last layer that takes it.
struct LayerGraph {
    /// What stands in one place of a line.
    enum Mark: Sendable, Equatable {
        case blank, node, down
        /// A line across, and where it meets lanes: going on to both sides, ending, or passing over.
        case across, forkRight, forkLeft, endRight, endLeft, joined, crossing
    }

    /// For each layer its marks, lane and gap in turn.
    private(set) var lines: [[Mark]] = []
    /// The most lanes at once.
    private(set) var lanes = 0

    init(_ layers: [LayerSummary]) {
        let inputs = layers.indices.map { index in
            layers[index].inputs ?? (index > 0 ? [layers[index - 1].name] : [])
        }
        var waiting: [String: Int] = [:]
        for names in inputs { for name in names { waiting[name, default: 0] += 1 } }
        /// The layer whose output runs down each lane.
        var running: [String?] = []
        for (index, layer) in layers.enumerated() {
            for name in inputs[index] { waiting[name, default: 0] -= 1 }
            let sources = running.indices.filter { lane in running[lane].map(inputs[index].contains) ?? false
            }
            let ending = sources.filter { (waiting[running[$0] ?? ""] ?? 0) <= 0 }
            let own = ending.first ?? running.firstIndex(of: nil) ?? running.count
            if own == running.count { running.append(nil) }
            lanes = max(lanes, running.count)
            lines.append(Self.line(running, own: own, sources: sources, ending: ending))
            for lane in ending { running[lane] = nil }
            running[own] = (waiting[layer.name] ?? 0) > 0 ? layer.name : nil
            while running.last == .some(nil) { running.removeLast() }
        }
    }

    private static func line(_ running: [String?], own: Int, sources: [Int], ending: [Int]) -> [Mark] {
        var marks = Array(repeating: Mark.blank, count: 2 * running.count - 1)
        for lane in running.indices where running[lane] != nil { marks[2 * lane] = .down }
        let others = sources.filter { $0 != own }
        let left = min(own, others.min() ?? own)
        let right = max(own, others.max() ?? own)
        for place in 2 * left..<2 * right + 1 {
            guard place.isMultiple(of: 2) else {
                marks[place] = .across
                continue
            }
            let lane = place / 2
            if others.contains(lane) {
                let ends = ending.contains(lane)
                let isOuter = lane == left || lane == right
                marks[place] =
                    isOuter
                    ? (lane < own ? (ends ? .endLeft : .forkLeft) : (ends ? .endRight : .forkRight))
                    : ends ? .joined : .crossing
            } else if lane != own {
                marks[place] = running[lane] != nil ? .crossing : .across
            }
        }
        marks[2 * own] = .node
        return marks
    }
}
