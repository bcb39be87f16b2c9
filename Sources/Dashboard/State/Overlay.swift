/// What lies over the screen and takes the keys.
public enum Overlay: Sendable, Equatable {
    case help(scroll: Int)
    case dialog(Dialog, selected: Int)
}

/// A question with a few answers.
public enum Dialog: Sendable, Equatable {
    /// Leaving while a worker trains.
    case leave
    /// The worker is gone; offers to go on from the last checkpoint.
    case workerDied

    public var title: String {
        switch self {
        case .leave: "leave"
        case .workerDied: "worker died"
        }
    }

    public var answers: [Answer] {
        switch self {
        case .leave: [.detach, .stopAndSave, .stopWithoutSaving, .cancel]
        case .workerDied: [.resume, .lookAtLog, .detach]
        }
    }

    /// An answer in the words of this question: nothing goes on where the worker is dead, or paused.
    public func label(of answer: Answer, isPaused: Bool = false) -> String {
        guard answer == .detach else { return answer.label }
        return self == .workerDied
            ? "leave" : isPaused ? "detach: leave, and the run stays paused" : answer.label
    }
}

public enum Answer: Sendable, Hashable, CaseIterable {
    case detach, stopAndSave, stopWithoutSaving, cancel, resume, lookAtLog

    public var key: Character {
        switch self {
        case .detach: "d"
        case .stopAndSave: "s"
        case .stopWithoutSaving: "x"
        case .cancel: "c"
        case .resume: "r"
        case .lookAtLog: "l"
        }
    }

    public var label: String {
        switch self {
        case .detach: "detach: leave, and the run goes on"
        case .stopAndSave: "stop and save"
        case .stopWithoutSaving: "stop without saving"
        case .cancel: "cancel"
        case .resume: "resume from the last checkpoint"
        case .lookAtLog: "look at what there is"
        }
    }
}

/// Text being typed at the bottom of the screen.
public struct Prompt: Sendable, Equatable {
    public enum Purpose: Sendable, Equatable {
        case command
        case filter(Pane?)
        /// A new value for the hyperparameter of that key.
        case value(key: String)
    }
    public var purpose: Purpose
    public var line: LineEditor
    /// Candidates of the last Tab, and which of them is in the line.
    public var completions: [String] = []
    public var completion = 0
    /// Where in the command history the line comes from; `nil`: typed.
    public var recalled: Int?

    public init(_ purpose: Purpose, text: String = "") {
        self.purpose = purpose
        line = LineEditor(text)
    }
}
