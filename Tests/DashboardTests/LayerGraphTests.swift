import Dashboard
import Runs
import Screen
import Testing

/// The layers with their connections, in the layers' box.
struct LayerGraphTests {
    private let small = Size(width: 80, height: 24)

    @Test func aChainIsOneLane() throws {
        try Snapshot.expect(frame(scene(RecordedRun.layers), small), named: "graph-chain-80x24")
    }

    @Test func shortcutsAndBranchesHaveLanes() throws {
        try Snapshot.expect(frame(scene(branched), small), named: "graph-branches-80x24")
        var state = scene(branched)
        state.capabilities = Capabilities(colors: .monochrome, glyphs: .ascii)
        try Snapshot.expect(frame(state, small), named: "graph-branches-ascii-80x24")
        try Snapshot.expect(
            frame(scene(branched), Size(width: 120, height: 40)), named: "graph-branches-120x40")
    }

    @Test func itScrolls() {
        var state = scene((0..<144).map { layer("layer_\($0)", nil) })
        Scene.press(.end, in: &state)
        let shown = frame(state, small).description
        #expect(shown.contains("layer_143") && !shown.contains("layer_100 "))
        Scene.press(.character("v"), in: &state)
        #expect(!state.showsGraph)
    }

    @Test func connectionsThatCannotBeAreDrawnAsFarAsTheyGo() {
        let layers = (0..<40).map { layer("l\($0)", ["nowhere", "l\(($0 + 5) % 40)", "l\($0 / 2)"]) }
        for width in [60, 80, 200] {
            let size = Size(width: width, height: 20)
            #expect(frame(scene(layers), size).size == size)
        }
    }

    private func scene(_ layers: [LayerSummary]) -> State {
        var state = State(run: "2026-11-24-branches-01")
        var description = RecordedRun.description
        description.layers = layers
        Scene.send(
            .connection(.attached), .events([.described(description), .activityChanged(.training)]),
            to: &state)
        Scene.press(.character("7"), .character("v"), in: &state)
        return state
    }

    private func layer(_ name: String, _ inputs: [String]?, learnables: Int = 0) -> LayerSummary {
        LayerSummary(
            name: name, type: learnables > 0 ? "convolution" : "ReLU", activations: [64, 56, 56],
            learnables: learnables, inputs: inputs, macs: learnables * 3136)
    }

    /// A residual block with a projection, one without, and an inception block.
    private var branched: [LayerSummary] {
        [
            layer("input", []), layer("conv1", ["input"], learnables: 9408), layer("relu1", ["conv1"]),
            layer("block_1/conv_1", ["relu1"], learnables: 36_864),
            layer("block_1/conv_2", ["block_1/conv_1"], learnables: 36_864),
            layer("block_1/conv_3", ["relu1"], learnables: 4096),
            layer("block_1/add", ["block_1/conv_2", "block_1/conv_3"]),
            layer("block_2/conv_1", ["block_1/add"], learnables: 36_864),
            layer("block_2/add", ["block_2/conv_1", "block_1/add"]),
            layer("3a/1x1", ["block_2/add"], learnables: 4096),
            layer("3a/3x3_reduce", ["block_2/add"], learnables: 4096),
            layer("3a/3x3", ["3a/3x3_reduce"], learnables: 36_864),
            layer("3a/5x5", ["block_2/add"], learnables: 102_400), layer("3a/pool", ["block_2/add"]),
            layer("3a/concat", ["3a/1x1", "3a/3x3", "3a/5x5", "3a/pool"]), layer("output", ["3a/concat"]),
        ]
    }
}
