import Runs
import Screen

/// Rows between a dialog's upper edge and its first answer.
let dialogFirstAnswer = 3

/// Where a dialog stands on a screen.
func dialogArea(_ dialog: Dialog, _ size: Size) -> Rectangle {
    let width = min(size.width, 56)
    let height = min(size.height, dialog.answers.count + dialogFirstAnswer + 2)
    return Rectangle(
        column: (size.width - width) / 2, row: max(0, (size.height - height) / 2), width: width,
        height: height)
}

/// A question in the middle of the screen; the rest is dimmed.
func drawDialog(_ state: State, _ dialog: Dialog, _ selected: Int, into grid: inout Grid) {
    let whole = Rectangle(column: 0, row: 0, width: grid.size.width, height: grid.size.height - 1)
    grid.restyle(whole) { $0 = Style(.ink(.faint)) }
    let area = dialogArea(dialog, grid.size)
    grid.clear(area)
    var box = Box(dialog.title)
    box.isFocused = true
    let place = grid.draw(box, in: area, glyphs: state.glyphs)
    let question = dialogQuestion(dialog, state).clipped(to: place.width - 4, mark: state.glyphs.ellipsis)
    grid.write(question, column: place.column + 2, row: place.row, ink: dialog == .workerDied ? .bad : .text)
    for (index, answer) in dialog.answers.enumerated() {
        let row = area.row + dialogFirstAnswer + index
        let isSelected = index == selected
        let mark = isSelected ? state.glyphs.select : " "
        let label =
            " \(mark) \(answer.key)  \(dialog.label(of: answer, isPaused: state.run?.isPaused == true))"
            .padded(to: place.width - 2)
        grid.write(
            label, column: place.column + 1, row: row,
            style: Style(.ink(isSelected ? .selected : .text), bold: isSelected, reversed: isSelected))
        if !isSelected {
            grid.write(
                String(answer.key), column: place.column + 4, row: row, style: Style(.ink(.key), bold: true))
        }
    }
}

private func dialogQuestion(_ dialog: Dialog, _ state: State) -> String {
    switch dialog {
    case .leave:
        let epoch = state.run.map { $0.epoch > 0 ? " (epoch \($0.epoch))" : "" } ?? ""
        let doing = state.run?.isPaused == true ? "paused" : "still training"
        return "\(state.run?.description?.preset ?? "The run") is \(doing)\(epoch)."
    case .workerDied:
        let file = state.run?.checkpoint.map { "last checkpoint: epoch \($0.epoch)" } ?? "no checkpoint yet"
        return "The worker is gone; \(file)."
    }
}
