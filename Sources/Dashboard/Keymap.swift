import Screen

/// Where a key means something.
public enum Scope: String, Sendable, Hashable, CaseIterable {
    case dashboard, plots, lists, filters, confusion, layers, example, detector, chooser, comparison, dialog,
        help, prompt, common, always

    public var title: String {
        switch self {
        case .dashboard: "training"
        case .plots: "in the plots"
        case .lists: "in the other boxes"
        case .filters: "in the filters"
        case .confusion: "in the confusion matrix"
        case .layers: "in the layers"
        case .example: "at the example"
        case .detector: "at the detector"
        case .chooser: "in the list of runs"
        case .comparison: "in the comparison"
        case .dialog: "in a dialog"
        case .help: "in this help"
        case .prompt: "while typing"
        case .common: "everywhere"
        case .always: "everywhere, also while typing"
        }
    }
}

/// Everything a key can do.
public enum Action: Sendable, Hashable {
    case pauseOrResume, step, checkpoint
    case edit, nudgeUp, nudgeDown, undo
    case logAxis, moreSmoothing, nextAxis
    case zoomIn, zoomOut, wholeRun, panLeft, panRight, cursorLeft, cursorRight, cursorStart, cursorEnd
    case nextPane, previousPane, pane(Int), maximize, back
    case moveUp, moveDown, moveLeft, moveRight, pageUp, pageDown, toStart, toEnd
    case normalization, filterColors, countsOrShares, nextWrong, mostWrong, bestThreshold, ownThreshold, graph
    case filter, command, picture, help, nextTheme, leave, showRuns
    case open, newRun, mark, compare
    case answer(Answer), confirm, cancel, nextAnswer, previousAnswer
    case accept, complete, recallOlder, recallNewer, caretLeft, caretRight, caretStart, caretEnd
    case deleteBackward, deleteForward, deleteWord, deleteToStart
    case interrupt, suspend, redraw
}

/// One row of the key table.
public struct Binding: Sendable, Equatable {
    public let scope: Scope
    public let keys: [Key]
    public let action: Action
    /// For the help screen: `pause or resume`.
    public let does: String
    /// For the bottom line: `pause`; `nil`: not shown there.
    public let hint: String?

    init(_ scope: Scope, _ keys: [Key], _ action: Action, _ does: String, hint: String? = nil) {
        self.scope = scope
        self.keys = keys
        self.action = action
        self.does = does
        self.hint = hint
    }
}

/// All keys of the dashboard: one table for dispatch, the help screen and the README.
public enum Keymap {
    /// The row that a key selects, the innermost scope first.
    public static func binding(for key: Key, in scopes: [Scope]) -> Binding? {
        for scope in scopes {
            if let found = index[scope]?[key] { return found }
        }
        return nil
    }

    private static let index: [Scope: [Key: Binding]] = {
        var index: [Scope: [Key: Binding]] = [:]
        for binding in bindings {
            for key in binding.keys { index[binding.scope, default: [:]][key] = binding }
        }
        return index
    }()

    /// How the help screen and the README write a row's keys: `hjkl` rows are joined by the reader's eye.
    public static func label(of binding: Binding) -> String {
        if let number = binding.action.paneNumber {
            return number < firstHiddenPane ? "1…\(firstHiddenPane - 1)" : "\(firstHiddenPane)…9"
        }
        return binding.keys.map(\.label).joined(separator: " ")
    }

    /// The digit of the first box that a small screen shows only by itself.
    static let firstHiddenPane = 6

    /// The rows of a scope, the digits of the boxes in two.
    public static func rows(of scope: Scope) -> [Binding] {
        bindings.filter { binding in
            binding.scope == scope && [nil, 1, firstHiddenPane].contains(binding.action.paneNumber)
        }
    }

    /// The table in Markdown, for the README.
    public static var markdown: String {
        var lines = ["| where | key | does |", "|---|---|---|"]
        for scope in Scope.allCases {
            for binding in rows(of: scope) {
                let keys = binding.action.paneNumber != nil ? [label(of: binding)] : binding.keys.map(\.label)
                let cells = keys.map { "`\($0 == "|" ? "\\|" : $0)`" }.joined(separator: " ")
                lines.append("| \(scope.title) | \(cells) | \(binding.does) |")
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension Action {
    /// The digit of `pane`.
    public var paneNumber: Int? {
        if case .pane(let number) = self { return number }
        return nil
    }
}

extension Key {
    /// `space`, `Ctrl-C`, `↑`, `F1`.
    public var label: String {
        switch self {
        case .character(" "): "space"
        case .character(let character): String(character)
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .function(let number): "F\(number)"
        }
    }
}
