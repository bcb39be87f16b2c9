import Runs
import Screen

extension State {
    mutating func point(_ event: MouseEvent) -> [Effect] {
        let layout = layout
        guard layout.fits, prompt == nil else { return [] }
        if event.isPress, notice != nil {
            notice = nil
            // Under the finger was a message and no key.
            if event.position.row == layout.bottomRow { return [] }
        }
        if event.position.row == layout.bottomRow, event.isPress, let hint = hint(at: event.position.column) {
            return perform(hint.binding.action.paneNumber == nil ? hint.binding.action : .nextPane)
        }
        switch overlay {
        case .help: return pointAtHelp(event)
        case .dialog(let dialog, _): return pointAt(dialog, event)
        case nil: break
        }
        switch page {
        case .chooser: return pointAtChooser(event)
        case .comparison: return pointAtComparison(event)
        case .dashboard: return pointAtPane(event, layout)
        }
    }

    private func hint(at column: Int) -> KeyHint? {
        keyHints(self, width: size.width).first { ($0.column..<$0.column + $0.width).contains(column) }
    }

    private mutating func pointAtHelp(_ event: MouseEvent) -> [Effect] {
        switch event.action {
        case .wheelUp: perform(.moveUp)
        case .wheelDown: perform(.moveDown)
        case .press, .doublePress: perform(.cancel)
        }
    }

    private mutating func pointAt(_ dialog: Dialog, _ event: MouseEvent) -> [Effect] {
        let area = dialogArea(dialog, size)
        guard event.isPress else { return [] }
        guard area.contains(event.position) else { return perform(.cancel) }
        let index = event.position.row - area.row - dialogFirstAnswer
        return dialog.answers.indices.contains(index) ? take(dialog.answers[index]) : []
    }

    private mutating func pointAtChooser(_ event: MouseEvent) -> [Effect] {
        switch event.action {
        case .wheelUp: return perform(.moveUp)
        case .wheelDown: return perform(.moveDown)
        case .press, .doublePress:
            let index = event.position.row - chooserFirstRow + chooserOffset(self, size)
            guard event.position.row >= chooserFirstRow, (0..<chooser.count).contains(index) else {
                return []
            }
            if index == chooser.selection || event.action == .doublePress {
                select(index)
                return openSelected()
            }
            select(index)
            return []
        }
    }

    private mutating func pointAtComparison(_ event: MouseEvent) -> [Effect] {
        switch event.action {
        case .wheelUp: return perform(.moveUp)
        case .wheelDown: return perform(.moveDown)
        case .press, .doublePress:
            guard let index = comparisonRun(self, at: event.position) else { return [] }
            let wasSelected = index == comparison.selection
            comparison.selection = index
            return wasSelected || event.action == .doublePress ? perform(.open) : []
        }
    }

    private mutating func pointAtPane(_ event: MouseEvent, _ layout: Layout) -> [Effect] {
        guard let pane = layout.pane(at: event.position), let area = layout.panes[pane] else { return [] }
        let wasFocused = pane == focus
        focus = pane
        switch event.action {
        case .wheelUp: return perform(pane.isPlot ? .zoomIn : .moveUp)
        case .wheelDown: return perform(pane.isPlot ? .zoomOut : .moveDown)
        case .doublePress:
            isMaximized.toggle()
            return []
        case .press: return press(in: pane, area, event.position, wasFocused)
        }
    }

    private mutating func press(in pane: Pane, _ area: Rectangle, _ point: Point, _ wasFocused: Bool)
        -> [Effect]
    {
        if point.row == area.row {
            if wasFocused { isMaximized.toggle() }
        } else if pane.isPlot, run?.latest != nil {
            if let iteration = plotIteration(self, column: point.column, in: area) {
                placeCursor(at: iteration)
            }
        } else if pane == .options, let index = optionIndex(self, at: point, in: area) {
            options.selection = index
        }
        return []
    }
}

extension MouseEvent {
    fileprivate var isPress: Bool { action == .press || action == .doublePress }
}
