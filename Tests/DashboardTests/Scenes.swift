import Dashboard
import Runs
import Screen

/// States that tests look at.
enum Scene {
    /// Epoch 6 of 10, attached.
    static func training(_ capabilities: Capabilities = Capabilities()) -> State {
        var state = State(run: "2026-11-24-fashion-mnist-01", capabilities: capabilities)
        send(.connection(.attached), .events(RecordedRun.events(through: 2480)), to: &state)
        return state
    }

    static func beforeTheFirstIteration() -> State {
        var state = State(run: "2026-11-24-fashion-mnist-01")
        let events: [RunEvent] = [.described(RecordedRun.description), .activityChanged(.preparing)]
        send(.connection(.attached), .events(events), to: &state)
        return state
    }

    static func finished() -> State {
        var state = State(run: "2026-11-24-fashion-mnist-01")
        send(.events(RecordedRun.events()), .connection(.finished), .tick(now: 100), to: &state)
        return state
    }

    static func diverged() -> State {
        var state = State(run: "2026-11-24-fashion-mnist-01")
        send(.connection(.attached), .events(RecordedRun.events(through: 900)), to: &state)
        for iteration in 901...912 {
            let loss = iteration < 908 ? 1 + Float(iteration - 900) * 3 : Float.nan
            let record = IterationRecord(
                iteration: iteration, epoch: 2, loss: loss, accuracy: 0.1, learningRate: 5, elapsed: 6)
            send(.event(.iterationFinished(record)), to: &state)
        }
        let stop = StopRecord(
            reason: .diverged, iteration: 912, epoch: 2, bestValidationAccuracy: 0.856, bestIteration: 800,
            saved: "checkpoints/epoch-0001.safetensors")
        send(.event(.stopped(stop)), .connection(.finished), .tick(now: 100), to: &state)
        return state
    }

    static func chooser() -> State {
        var state = State()
        let runs = [
            RunListing(
                name: "2026-11-24-fashion-mnist-02", preset: "fashion-mnist", status: .running, epoch: 6,
                maxEpochs: 10,
                bestValidationAccuracy: 0.896, started: "today 14:02"),
            RunListing(
                name: "2026-11-24-lenet-01", preset: "lenet", status: .finished, epoch: 10, maxEpochs: 10,
                bestValidationAccuracy: 0.912, stopReason: "max epochs reached", started: "today 11:40"),
            RunListing(
                name: "2026-11-23-shapes-01", preset: "shapes", status: .diverged, epoch: 2, maxEpochs: 30,
                stopReason: "diverged", started: "yesterday"),
        ]
        let presets = [
            PresetListing(
                name: "fashion-mnist", summary: "three convolutions on Fashion-MNIST, under a minute"),
            PresetListing(name: "shapes", summary: "edges and colour blobs the program makes itself"),
        ]
        send(.runsListed(runs), .presetsListed(presets), to: &state)
        return state
    }

    @discardableResult
    static func send(_ messages: Message..., to state: inout State) -> [Effect] {
        messages.flatMap { update(&state, $0) }
    }

    @discardableResult
    static func press(_ keys: Key..., in state: inout State) -> [Effect] {
        keys.flatMap { update(&state, .input(.key($0))) }
    }

    @discardableResult
    static func type(_ text: String, in state: inout State) -> [Effect] {
        text.flatMap { update(&state, .input(.key(.character($0)))) }
    }
}
