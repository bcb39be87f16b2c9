import Tensors

/// When the weights of convolutions are packed, and their gradients put together.
///
/// Mostly at the beginning and the end of a step, in one go. Where there are many weights, their packed forms and the
/// partial gradients of the pieces would take more memory than the maps. They then take turns in it: batch
/// normalisation makes the workers wait for each other anyway, and in that pause the weights are packed that are read
/// until the next, and the gradients are summed that came since the last.
extension Compiler {
    /// Numbers of packed weights, or of their partial gradients, that are kept through the step: 16 MB.
    private static var mostKept: Int { 1 << 22 }

    var packsInPauses: Bool { isTraining && weightCount * pieces > Self.mostKept }

    func weightSize(_ count: Int) -> BufferDraft.Size { packsInPauses ? .passing(count) : .whole(count) }

    /// Finds the convolutions between two batch normalisations, and packs those before the first.
    mutating func draftFirstPacking(_ fused: [FusedLayers]) {
        stretches = [[]]
        for layers in fused {
            if channelsLast[layers.first] != nil { stretches[stretches.count - 1].append(layers) }
            guard packsInPauses, case .batchNormalization = layers.operation else { continue }
            stretchAfter[layers.first] = stretches.count
            stretches.append([])
        }
        draftPacking(0)
    }

    /// In the pause of the forward pass at a normalisation.
    mutating func draftPause(at normalization: Int) {
        if let stretch = stretchAfter[normalization] { draftPacking(stretch) }
    }

    /// In the pause of the backward pass at a normalisation.
    mutating func draftBackwardPause(at normalization: Int) {
        guard let stretch = stretchAfter[normalization] else { return }
        draftReductions()
        for layers in stretches[stretch - 1] { draftTurning(layers) }
    }

    /// What follows the last normalisation is read in both directions without a pause.
    private mutating func draftPacking(_ stretch: Int) {
        for layers in stretches[stretch] {
            guard let packed = channelsLast[layers.first] else { continue }
            let make = channelsLastMaker(layers, packed, nil, nil, nil)
            emit(
                .pack, layer: layers.first,
                touching: [packed.places, packed.packed] + (folded[layers.first]?.buffers ?? []),
                joining: followsPacking
            ) { make($0) }
        }
        guard stretch == stretches.count - 1 else { return }
        for layers in stretches[stretch] { draftTurning(layers) }
    }

    /// Packs the turned weights, unless that was done.
    mutating func draftTurning(_ layers: FusedLayers) {
        guard let packed = channelsLast[layers.first], let turned = packed.turned,
            hasTurned.insert(layers.first).inserted
        else { return }
        let make = channelsLastMaker(layers, packed, nil, nil, nil)
        emit(
            .packTurned, layer: layers.first, touching: [packed.places, turned], joining: followsPacking
        ) { make($0) }
    }

    private mutating func draftReductions() {
        let reductions = finalBlocks.filter { $0.draft.stage == .reduce }
        finalBlocks.removeAll { $0.draft.stage == .reduce }
        for (draft, touching) in reductions {
            emit(draft.stage, layer: draft.layer, touching: touching, joining: followsPacking, draft.make)
        }
    }

    /// Whether blocks that depend on nothing but weights and partial gradients were drafted last.
    private var followsPacking: Bool {
        switch drafts.last?.stage {
        case .pack, .packTurned, .reduce: true
        default: false
        }
    }
}
