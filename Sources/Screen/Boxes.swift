/// A frame around a view, with its title, hot key and notes in the border.
public struct Box: Sendable, Equatable {
    public var title: String
    /// The digit that focuses it; `nil`: none.
    public var number: Int?
    /// Wordings of one note from long to short: the first that fits stands at the right of the upper border.
    public var caption: [String] = []
    /// Before the caption, the most important first; what does not fit is left out.
    public var notes: [String]
    /// At the left of the lower border, the most important first; what does not fit is left out.
    public var foot: [Segment]
    /// At the right of the lower border.
    public var rightFoot: String
    public var isFocused: Bool

    public init(
        _ title: String, number: Int? = nil, notes: [String] = [], foot: [Segment] = [],
        rightFoot: String = "",
        isFocused: Bool = false
    ) {
        self.title = title
        self.number = number
        self.notes = notes
        self.foot = foot
        self.rightFoot = rightFoot
        self.isFocused = isFocused
    }
}

extension Grid {
    /// Draws the frame and returns the place inside it.
    @discardableResult
    public mutating func draw(_ box: Box, in area: Rectangle, glyphs: Glyphs) -> Rectangle {
        guard area.width > 0, area.height > 0 else {
            return Rectangle(column: 0, row: 0, width: 0, height: 0)
        }
        let line = Style(.ink(box.isFocused ? .focus : .border))
        drawFrame(area, line, glyphs)
        drawTitle(box, area, line, glyphs)
        drawFoot(box, area, line, glyphs)
        return Rectangle(
            column: area.column + 1, row: area.row + 1, width: max(0, area.width - 2),
            height: max(0, area.height - 2))
    }

    private mutating func drawFrame(_ area: Rectangle, _ style: Style, _ glyphs: Glyphs) {
        let (right, bottom) = (area.column + area.width - 1, area.row + area.height - 1)
        for column in area.column...right {
            self[column, area.row] = Cell(glyphs.horizontal, style)
            self[column, bottom] = Cell(glyphs.horizontal, style)
        }
        for row in area.row...bottom {
            self[area.column, row] = Cell(glyphs.vertical, style)
            self[right, row] = Cell(glyphs.vertical, style)
        }
        self[area.column, area.row] = Cell(glyphs.topLeft, style)
        self[right, area.row] = Cell(glyphs.topRight, style)
        self[area.column, bottom] = Cell(glyphs.bottomLeft, style)
        self[right, bottom] = Cell(glyphs.bottomRight, style)
    }

    private mutating func drawTitle(_ box: Box, _ area: Rectangle, _ line: Style, _ glyphs: Glyphs) {
        let number = box.number.map { String(glyphs.superscript($0)) } ?? ""
        let room = area.width - 4 - number.count
        guard room > 0, !box.title.isEmpty else { return }
        let title = box.title.clipped(to: room, mark: glyphs.ellipsis)
        var column = area.column + 1
        self[column, area.row] = Cell(glyphs.titleOpen, line)
        write(number, column: column + 1, row: area.row, style: Style(.ink(.key), bold: true))
        column += 1 + number.count
        write(title, column: column, row: area.row, style: Style(.ink(.title), bold: true))
        column += title.cellWidth
        self[column, area.row] = Cell(glyphs.titleClose, line)

        var free = area.column + area.width - 2 - column - 2
        var notes: [String] = []
        let caption = box.caption.first { $0.cellWidth + 2 <= free }
        for note in box.notes + (caption.map { [$0] } ?? []) where !note.isEmpty && note.cellWidth + 2 <= free
        {
            notes.append(note)
            free -= note.cellWidth + 3
        }
        var end = area.column + area.width - 2
        for note in notes.reversed() {
            let start = end - note.cellWidth - 1
            self[start, area.row] = Cell(glyphs.titleOpen, line)
            write(note, column: start + 1, row: area.row, ink: .faint)
            self[end, area.row] = Cell(glyphs.titleClose, line)
            end = start - 2
        }
    }

    private mutating func drawFoot(_ box: Box, _ area: Rectangle, _ line: Style, _ glyphs: Glyphs) {
        guard area.height > 1, area.width > 6 else { return }
        let row = area.row + area.height - 1
        var used = 0
        var column = area.column + 2
        let end = area.column + area.width - 2
        let segments = box.foot.fitting(area.width - 4, gap: 1)
        if !segments.isEmpty {
            self[area.column + 1, row] = Cell(glyphs.footOpen, line)
            for (index, segment) in segments.enumerated() {
                if index > 0 { self[column, row] = Cell(" ", line) }
                column += index > 0 ? 1 : 0
                write(segment.text, column: column, row: row, style: segment.style)
                column += segment.text.cellWidth
            }
            self[column, row] = Cell(glyphs.footClose, line)
            used = column - area.column
        }
        guard !box.rightFoot.isEmpty, box.rightFoot.cellWidth + 5 + used <= area.width else { return }
        self[end - box.rightFoot.cellWidth - 1, row] = Cell(glyphs.footOpen, line)
        write(box.rightFoot, column: end - box.rightFoot.cellWidth, row: row, ink: .faint)
        self[end, row] = Cell(glyphs.footClose, line)
    }

    /// `━━━━━━────`: the filled part in the ink, the rest in the border's.
    public mutating func drawBar(
        _ fraction: Double, column: Int, row: Int, width: Int, ink: Ink, glyphs: Glyphs
    ) {
        guard width > 0 else { return }
        let halves = Int((min(1, max(0, fraction.isNaN ? 0 : fraction)) * Double(2 * width)).rounded(.down))
        for offset in 0..<width {
            let isFull = offset < halves / 2
            let isHalf = offset == halves / 2 && !halves.isMultiple(of: 2)
            let glyph = isFull ? glyphs.barFull : isHalf ? glyphs.barHalf : glyphs.barRest
            self[column + offset, row] = Cell(glyph, .ink(isFull || isHalf ? ink : .border))
        }
    }
}
