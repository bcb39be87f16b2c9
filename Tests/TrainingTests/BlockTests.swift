import Networks
import Tensors
import Testing
import Training

/// Blocks, repeats and branches in presets.
@Suite struct BlockTests {
    private func preset(_ network: String, blocks: String = "") throws -> Preset {
        try Preset(yaml: "data: {set: shapes}\n\(blocks)network:\n\(network)", file: "Presets/mine.yaml")
    }

    private func message(_ network: String, blocks: String = "") -> String {
        do {
            _ = try preset(network, blocks: blocks)
            return "no error"
        } catch { return "\(error)" }
    }

    private func wiring(_ preset: Preset) -> [String] {
        preset.assembled(input: Shape(3, 32, 32), classes: 8).nodes.map {
            "\($0.name) ← \($0.inputs.joined(separator: ", "))"
        }
    }

    @Test func aResidualBlockAddsItsInputToItsBody() throws {
        let preset = try preset(
            """
              - relu
              - residual:
                  body: [relu, tanh]
              - softmax
            """)
        #expect(
            wiring(preset) == [
                "relu_1 ← input", "relu_2 ← relu_1", "tanh_1 ← relu_2", "add_1 ← tanh_1, relu_1",
                "softmax_1 ← add_1",
            ])
    }

    @Test func aShortcutMayHaveLayersOfItsOwn() throws {
        let preset = try preset(
            """
              - residual:
                  name: first
                  body: [convolution: {filters: 4, kernel: 3, padding: 1}, relu]
                  shortcut: [convolution: {filters: 4, kernel: 1}]
            """)
        #expect(
            wiring(preset) == [
                "first/conv_1 ← input", "first/relu_1 ← first/conv_1", "first/conv_2 ← input",
                "first/add_1 ← first/relu_1, first/conv_2",
            ])
    }

    @Test func branchesAreStackedInTheirOrder() throws {
        let preset = try preset(
            """
              - parallel:
                  - [relu]
                  - identity
                  - [tanh, sigmoid]
            """)
        #expect(wiring(preset).last == "concat_1 ← relu_1, input, sigmoid_1")
        #expect(wiring(preset)[1] == "tanh_1 ← input")
    }

    @Test func repeatsCountOnOrAreScopesOfTheirOwn() throws {
        let counted = try preset("  - repeat: {times: 3, layers: [relu, tanh]}")
        #expect(counted.layers.map(\.name) == ["relu_1", "tanh_1", "relu_2", "tanh_2", "relu_3", "tanh_3"])
        let named = try preset("  - repeat: {name: stage, times: 2, layers: [relu, {tanh: , name: last}]}")
        #expect(
            named.layers.map(\.name) == ["stage_1/relu_1", "stage_1/last", "stage_2/relu_1", "stage_2/last"])
    }

    @Test func ownBlocksTakeArgumentsAndHaveDefaults() throws {
        let blocks = """
            blocks:
              unit: {defaults: {kernel: 3}, layers: [convolution: {filters: $filters, kernel: $kernel}, relu]}

            """
        let preset = try preset(
            "  - unit: {filters: 4}\n  - unit: {name: wide, filters: 8, kernel: [1, 5]}", blocks: blocks)
        #expect(preset.layers.map(\.name) == ["conv_1", "relu_1", "wide/conv_1", "wide/relu_1"])
        let last = try #require(preset.layers[2].layer as? Convolution)
        #expect(last.filters == 8 && last.rows.kernel == 1 && last.columns.kernel == 5)
        let copy = try Preset(yaml: preset.yaml, file: "copy.yaml")
        #expect(copy.layers == preset.layers)
        #expect(copy.yaml == preset.yaml)
    }

    @Test func namesOfInputsAreSoughtFromTheInnermostBlockOutwards() throws {
        let preset = try preset(
            """
              - {relu: , name: start}
              - residual:
                  name: a
                  body: [{tanh: , name: inner}, {sigmoid: , inputs: inner}, {relu: , inputs: [start]}]
            """)
        #expect(wiring(preset)[2] == "a/sigmoid_1 ← a/inner")
        #expect(wiring(preset)[3] == "a/relu_1 ← start")
    }

    @Test func aConvolutionMayFollowTheClasses() throws {
        let preset = try preset(
            "  - convolution: {filters: classes, kernel: 1}\n  - globalAveragePooling\n  - softmax")
        let network = try preset.network(input: Shape(3, 32, 32), classes: 8)
        #expect((network.nodes.first?.layer as? Convolution)?.filters == 8)
    }

    @Test(arguments: [
        ("  - residual: {shortcut: identity}", "3:15: residual needs 'body': a list of layers"),
        ("  - residual: {body: []}", "3:22: body: found an empty list; expected at least one layer"),
        (
            "  - residual: {body: [relu], shortcut: projection}",
            "3:40: shortcut: found 'projection'; expected identity or a list of layers"
        ),
        ("  - parallel: [[relu]]", "3:15: parallel: found one branch; expected at least two"),
        (
            "  - repeat: {times: 0, layers: [relu]}",
            "3:21: times: 0 is out of range; expected a whole number from 1 to 10000, like 3"
        ),
        (
            "  - repeat: {times: 200, layers: [repeat: {times: 200, layers: [relu]}]}",
            "network: found more than 10000 layers; expected fewer repeats"
        ),
        ("  - residul: {body: [relu]}", "3:5: layer: 'residul' is not known; did you mean residual?"),
        (
            "  - {residual: {body: [relu]}, inputs: x}",
            "residual: found inputs; expected none: a block takes the layer before it"
        ),
    ])
    func mistakesInBlocksAreFoundWhereTheyStand(network: String, expected: String) {
        let found = message(network)
        #expect(found.hasPrefix("Presets/mine.yaml:3:") && found.hasSuffix(expected), "\(found)")
    }

    @Test(arguments: [
        (
            "blocks: {unit: [dropout: $share]}\n", "  - unit",
            "4:5: unit needs 'share': a value for its $share"
        ),
        (
            "blocks: {unit: [dropout: $share]}\n", "  - unit: {share: 0.5, shar: 1}",
            "unit has no 'shar'; did you mean share?"
        ),
        (
            "blocks: {unit: [dropout: $share]}\n", "  - unit: {share: much}",
            "4:19: probability: found 'much'; expected a number from 0 to 0.999, like 0.5"
        ),
        (
            "blocks: {unit: [unit]}\n", "  - unit",
            "2:17: unit: found blocks in blocks more than 32 deep; expected blocks that do not use themselves"
        ),
        (
            "blocks: {relu: [tanh]}\n", "  - relu",
            "2:10: block: found 'relu'; expected a name that no layer has"
        ),
        (
            "blocks: [relu]\n", "  - relu",
            "blocks: found a list; expected names of blocks, each with its layers"
        ),
    ])
    func mistakesInOwnBlocksAreFoundWhereTheyStand(blocks: String, network: String, expected: String) {
        let found = message(network, blocks: blocks)
        #expect(found.hasPrefix("Presets/mine.yaml:") && found.hasSuffix(expected), "\(found)")
    }

    /// Ten to the tenth layers in a few lines.
    private var bomb: String {
        let levels = (1...9).map { level in
            "  b\(level): &b\(level) [\(Array(repeating: "*b\(level - 1)", count: 10).joined(separator: ","))]\n"
        }
        return "  b0: &b0 [relu,relu,relu,relu,relu,relu,relu,relu,relu,relu]\n" + levels.joined()
    }

    @Test func aliasesThatStandForTooMuchAreRefused() throws {
        let refusal =
            "Presets/mine.yaml: not YAML: its aliases stand for more than 100000 values; use blocks and repeat "
            + "instead"
        #expect(message("  - relu", blocks: "blocks:\n\(bomb)") == refusal)
        // As a key, which is compared with all it holds.
        #expect(message("  - relu", blocks: "a:\n\(bomb)? *b9\n: 1\n") == refusal)
        #expect(message("  - relu", blocks: "a:\n\(bomb){*b9 : 1, [x, *b8]: 2}: 3\n") == refusal)
    }

    @Test func aliasesAreUnderstoodAsFarAsSomebodyWritesThem() throws {
        let preset = try preset(
            "  - convolution: *first\n  - relu\n  - convolution: *first\n",
            blocks: "# 2 * 3 *x\nblocks:\n  unused: [convolution: &first {filters: 4, kernel: 3}]\n")
        #expect(
            wiring(preset) == ["conv_1 ← input", "relu_1 ← conv_1", "conv_2 ← relu_1"])
    }
}
