import Screen

extension Keymap {
    /// Every key of every scope.
    ///
    /// `l` is the log axis in the plots, where arrows move, and a step to the right in the other boxes.
    public static let bindings: [Binding] =
        training + boxes + plots + lists + chooser + comparison + dialogs + help + prompt + common

    private static let training: [Binding] = [
        Binding(.dashboard, [.character(" ")], .pauseOrResume, "pause or resume", hint: "pause"),
        Binding(.dashboard, [.character(".")], .step, "one iteration, then paused", hint: "step"),
        Binding(.dashboard, [.character("s")], .checkpoint, "save a checkpoint now", hint: "save"),
        Binding(.dashboard, [.character("e")], .edit, "edit the selected hyperparameter", hint: "edit"),
        Binding(.dashboard, [.character("+"), .character("=")], .nudgeUp, "nudge it up (1 → 2 → 5 → 10)"),
        Binding(.dashboard, [.character("-")], .nudgeDown, "nudge it down"),
        Binding(.dashboard, [.character("u")], .undo, "undo the last edit", hint: "undo"),
        Binding(.dashboard, [.character("y")], .logAxis, "logarithmic loss axis"),
        Binding(.dashboard, [.character("S")], .moreSmoothing, "smoothing: next level"),
        Binding(.dashboard, [.character("x")], .nextAxis, "iteration, epoch or time axis", hint: "axis"),
        Binding(.dashboard, [.character("r")], .showRuns, "list of runs", hint: "runs"),
    ]

    private static let boxes: [Binding] =
        [
            Binding(.dashboard, [.tab], .nextPane, "next box"),
            Binding(.dashboard, [.backTab], .previousPane, "previous box"),
            Binding(.dashboard, [.enter], .maximize, "maximise the box, or back", hint: "zoom"),
            Binding(.dashboard, [.escape], .back, "back: cursor, filter, zoom, maximised box"),
            Binding(.dashboard, [.character("/")], .filter, "filter options, log or layers"),
        ]
        + Pane.allCases.map { pane in
            Binding(
                .dashboard, [.character(Character(String(pane.rawValue)))], .pane(pane.rawValue),
                pane.rawValue < Keymap.firstHiddenPane
                    ? "box: loss, accuracy, filters, confusion, options; again: maximise"
                    : "box: log, layers, example or most wrong, detector",
                hint: pane.rawValue == 1 ? "box" : nil)
        }

    private static let plots: [Binding] = [
        Binding(.plots, [.character("l")], .logAxis, "logarithmic loss axis", hint: "log"),
        Binding(.plots, [.left], .cursorLeft, "cursor with values, to the left"),
        Binding(.plots, [.right], .cursorRight, "cursor to the right"),
        Binding(.plots, [.home], .cursorStart, "cursor to the beginning"),
        Binding(.plots, [.end], .cursorEnd, "cursor to now"),
        Binding(.plots, [.up, .character("z")], .zoomIn, "zoom in around the cursor"),
        Binding(.plots, [.down, .character("Z")], .zoomOut, "zoom out"),
        Binding(.plots, [.character("<"), .pageUp], .panLeft, "pan to the left"),
        Binding(.plots, [.character(">"), .pageDown], .panRight, "pan to the right"),
        Binding(.plots, [.character("0")], .wholeRun, "the whole run"),
    ]

    private static let lists: [Binding] = [
        Binding(.lists, [.up, .character("k")], .moveUp, "up"),
        Binding(.lists, [.down, .character("j")], .moveDown, "down"),
        Binding(.lists, [.left, .character("h")], .moveLeft, "left; a choice: the one before"),
        Binding(.lists, [.right, .character("l")], .moveRight, "right; a choice: the next one"),
        Binding(.lists, [.pageUp], .pageUp, "a page up"),
        Binding(.lists, [.pageDown], .pageDown, "a page down"),
        Binding(.lists, [.home, .character("g")], .toStart, "to the first"),
        Binding(.lists, [.end, .character("G")], .toEnd, "to the last"),
        Binding(
            .filters, [.character("n")], .normalization, "normalise each filter, or all together",
            hint: "range"),
        Binding(
            .filters, [.character("c")], .filterColors, "grey, or blue to orange by sign", hint: "colours"),
        Binding(.confusion, [.character("c")], .countsOrShares, "counts, or % of the row", hint: "counts"),
        Binding(
            .layers, [.character("v")], .graph,
            "the graph with activations and learnables, or health",
            hint: "graph"),
        Binding(
            .example, [.right, .down, .character("l"), .character("j")], .moveRight,
            "the next validation sample; along the most wrong ones", hint: "next"),
        Binding(
            .example, [.left, .up, .character("h"), .character("k")], .moveLeft, "the sample before"),
        Binding(
            .example, [.character("w")], .nextWrong, "the next one that is taken for another class",
            hint: "wrong"),
        Binding(
            .example, [.character("m")], .mostWrong,
            "what it is most wrong about, or one sample", hint: "most wrong"),
        Binding(
            .detector, [.right, .down, .character("l"), .character("j")], .moveRight,
            "a lower threshold, kept with the run",
            hint: "lower"),
        Binding(
            .detector, [.left, .up, .character("h"), .character("k")], .moveLeft, "a higher threshold",
            hint: "higher"),
        Binding(
            .detector, [.character("b")], .bestThreshold, "the threshold that separates best (TPR − FPR)",
            hint: "best"),
        Binding(.detector, [.character("0")], .ownThreshold, "back to the detector's own", hint: "its own"),
    ]

    private static let chooser: [Binding] = [
        Binding(.chooser, [.enter], .open, "open the run, or start the preset", hint: "open"),
        Binding(
            .chooser, [.character("n"), .tab], .newRun, "start a new run from a preset; back to the runs",
            hint: "new run"),
        Binding(
            .chooser, [.character(" ")], .mark, "mark the run for a comparison, or not", hint: "mark"),
        Binding(
            .chooser, [.character("c")], .compare,
            "compare the marked runs; without marks, those on the same samples",
            hint: "compare"),
        Binding(.chooser, [.up, .character("k")], .moveUp, "up"),
        Binding(.chooser, [.down, .character("j")], .moveDown, "down"),
        Binding(.chooser, [.pageUp], .pageUp, "a page up"),
        Binding(.chooser, [.pageDown], .pageDown, "a page down"),
        Binding(.chooser, [.home, .character("g")], .toStart, "to the first"),
        Binding(.chooser, [.end, .character("G")], .toEnd, "to the last"),
        Binding(.chooser, [.character("/")], .filter, "filter the list", hint: "filter"),
        Binding(.chooser, [.escape], .back, "back", hint: "back"),
    ]

    private static let comparison: [Binding] = [
        Binding(
            .comparison, [.up, .character("k")], .moveUp, "test the others against the run above",
            hint: "other run"),
        Binding(.comparison, [.down, .character("j")], .moveDown, "… against the run below"),
        Binding(.comparison, [.enter], .open, "open the run", hint: "open"),
        Binding(.comparison, [.escape, .character("c")], .back, "back to the list of runs", hint: "back"),
    ]

    private static let dialogs: [Binding] =
        Answer.allCases.map { Binding(.dialog, [.character($0.key)], .answer($0), $0.label) } + [
            Binding(
                .dialog, [.down, .right, .tab, .character("j")], .nextAnswer, "next answer", hint: "next"),
            Binding(.dialog, [.up, .left, .backTab, .character("k")], .previousAnswer, "previous answer"),
            Binding(.dialog, [.enter], .confirm, "take the selected answer", hint: "take it"),
            Binding(.dialog, [.escape, .character("q")], .cancel, "go back", hint: "cancel"),
        ]

    private static let help: [Binding] = [
        Binding(.help, [.down, .character("j")], .moveDown, "down"),
        Binding(.help, [.up, .character("k")], .moveUp, "up"),
        Binding(.help, [.pageDown, .character(" ")], .pageDown, "a page down", hint: "page"),
        Binding(.help, [.pageUp], .pageUp, "a page up"),
        Binding(.help, [.escape, .enter, .character("?"), .character("q")], .cancel, "close", hint: "close"),
    ]

    private static let prompt: [Binding] = [
        Binding(.prompt, [.enter], .accept, "take it"),
        Binding(.prompt, [.escape], .cancel, "leave it"),
        Binding(.prompt, [.tab], .complete, "complete"),
        Binding(.prompt, [.up], .recallOlder, "older command; for a value: nudge up"),
        Binding(.prompt, [.down], .recallNewer, "newer command; for a value: nudge down"),
        Binding(.prompt, [.left], .caretLeft, "left"),
        Binding(.prompt, [.right], .caretRight, "right"),
        Binding(.prompt, [.home, .control("a")], .caretStart, "to the start"),
        Binding(.prompt, [.end, .control("e")], .caretEnd, "to the end"),
        Binding(.prompt, [.backspace, .control("h")], .deleteBackward, "delete to the left"),
        Binding(.prompt, [.delete, .control("d")], .deleteForward, "delete to the right"),
        Binding(.prompt, [.control("w")], .deleteWord, "delete the word"),
        Binding(.prompt, [.control("u")], .deleteToStart, "delete to the start"),
    ]

    private static let common: [Binding] = [
        Binding(.common, [.character(":")], .command, "command line, with Tab to complete", hint: "command"),
        Binding(.common, [.character("t")], .nextTheme, "next theme", hint: "theme"),
        Binding(.common, [.character("P")], .picture, "picture of the screen (PNG)", hint: "picture"),
        Binding(.common, [.character("?"), .function(1)], .help, "help", hint: "help"),
        Binding(.common, [.character("q")], .leave, "leave; a live run: detach, or stop it", hint: "quit"),
        Binding(.always, [.control("c")], .interrupt, "stop and save; twice: stop at once"),
        Binding(.always, [.control("z")], .suspend, "suspend; fg continues"),
        Binding(.always, [.control("l")], .redraw, "draw anew"),
    ]
}
