import Runs
import Screen

/// The next state after a message, and what the session shall do. Pure and total.
public func update(_ state: inout State, _ message: Message) -> [Effect] {
    switch message {
    case .input(.key(.character("q"))), .input(.key(.control("c"))): return [.quit]
    case .input(.key(.character(" "))):
        if case .paused = state.run?.activity { return [.send(.resume)] }
        return [.send(.pause)]
    case .input(.resized(let size)), .resized(let size): state.size = size
    case .event(let event): state.run?.apply(event)
    case .events(let events): for event in events { state.run?.apply(event) }
    case .runOpened(let name):
        state.runName = name
        state.run = RunState()
    case .connection(let connection): state.connection = connection
    case .tick(let now): state.now = now
    default: break
    }
    return []
}
