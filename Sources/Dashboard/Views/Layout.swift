import Screen

/// Where everything stands: a function of the size alone, apart from the focus and maximising.
public struct Layout: Sendable, Equatable {
    public static let minimum = Size(width: 60, height: 16)

    public let size: Size
    public private(set) var panes: [Pane: Rectangle] = [:]

    /// The uppermost row.
    public var statusRow: Int { 0 }
    public var progressRow: Int { size.height - 2 }
    /// The lowest row: keys, notices and what is being typed.
    public var bottomRow: Int { size.height - 1 }
    public var body: Rectangle {
        Rectangle(column: 0, row: 1, width: size.width, height: max(0, size.height - 3))
    }

    /// Whether the dashboard fits at all.
    public var fits: Bool { size.width >= Self.minimum.width && size.height >= Self.minimum.height }

    /// - Parameter isDetector: a run that tells two classes apart shows its ROC curve by the confusion matrix.
    public init(_ size: Size, focus: Pane, isMaximized: Bool, isDetector: Bool = false) {
        self.size = size
        guard fits else { return }
        if isMaximized {
            panes = [focus: body]
        } else if size.width >= 100 && size.height >= 34 {
            panes = roomy()
            if isDetector { splitConfusion(beside: true) }
        } else {
            panes = compact()
            if isDetector { splitConfusion(beside: false) }
        }
    }

    /// Two classes need six rows, or half of the width; the rest shows the detector.
    private mutating func splitConfusion(beside: Bool) {
        guard let area = panes[.confusion] else { return }
        if beside {
            let width = area.width * 9 / 20
            panes[.confusion] = Rectangle(
                column: area.column, row: area.row, width: width, height: area.height)
            panes[.detector] = Rectangle(
                column: area.column + width, row: area.row, width: area.width - width, height: area.height)
        } else if area.height >= 12 {
            panes[.confusion] = area.rows(0, 6)
            panes[.detector] = area.rows(6, area.height - 6)
        }
    }

    /// The panes from left to right and top to bottom, the way Tab goes.
    public var order: [Pane] { Pane.allCases.filter { panes[$0] != nil } }

    public func pane(at point: Point) -> Pane? { panes.first { $0.value.contains(point) }?.key }

    /// Five boxes in two columns, complete at 80×24.
    private func compact() -> [Pane: Rectangle] {
        let left = Rectangle(column: 0, row: body.row, width: size.width * 19 / 40, height: body.height)
        let right = Rectangle(
            column: left.width, row: body.row, width: size.width - left.width, height: body.height)
        let options = max(4, body.height * 2 / 7)
        let loss = (body.height - options + 1) / 2
        // 13 rows hold ten classes with their heading.
        let confusion = min(max(13, body.height * 3 / 5), body.height - 5)
        return [
            .loss: left.rows(0, loss),
            .accuracy: left.rows(loss, left.height - loss - options),
            .options: left.rows(left.height - options, options),
            .filters: right.rows(0, right.height - confusion),
            .confusion: right.rows(right.height - confusion, confusion),
        ]
    }

    /// Seven boxes, and the example where there is room.
    private func roomy() -> [Pane: Rectangle] {
        let left = Rectangle(column: 0, row: body.row, width: size.width * 12 / 25, height: body.height)
        let right = Rectangle(
            column: left.width, row: body.row, width: size.width - left.width, height: body.height)
        // Ten options need twelve rows.
        let options = max(12, body.height * 3 / 10)
        let loss = (body.height - options + 1) / 2
        let lower = max(9, body.height * 3 / 10)
        let confusion = max(14, (body.height - lower) * 9 / 20)
        let filters = body.height - lower - confusion
        let (thumbnails, example) = filtersAndExample(right.rows(0, filters))
        var panes: [Pane: Rectangle] = [
            .loss: left.rows(0, loss),
            .accuracy: left.rows(loss, left.height - loss - options),
            .options: left.rows(left.height - options, options),
            .filters: thumbnails,
            .confusion: right.rows(filters, confusion),
        ]
        let bottom = right.rows(filters + confusion, lower)
        let layers = bottom.width * 5 / 11
        panes[.log] = Rectangle(
            column: bottom.column, row: bottom.row, width: bottom.width - layers, height: bottom.height)
        panes[.layers] = Rectangle(
            column: bottom.column + bottom.width - layers, row: bottom.row, width: layers,
            height: bottom.height)
        panes[.example] = example
        return panes
    }

    /// A wide screen shows an example beside the filters.
    private func filtersAndExample(_ area: Rectangle) -> (filters: Rectangle, example: Rectangle?) {
        guard area.width >= 76, area.height >= 9 else { return (area, nil) }
        let width = area.width / 2
        return (
            Rectangle(column: area.column, row: area.row, width: area.width - width, height: area.height),
            Rectangle(
                column: area.column + area.width - width, row: area.row, width: width, height: area.height)
        )
    }
}

extension Rectangle {
    func rows(_ offset: Int, _ count: Int) -> Rectangle {
        Rectangle(column: column, row: row + offset, width: width, height: count)
    }
}
