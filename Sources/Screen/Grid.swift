/// One character on the screen and how it is drawn.
public struct Cell: Sendable, Hashable {
    /// Already sanitised when written by `Grid.write`.
    public var character: Character
    public var style: Style
    /// Whether the wide character in the cell to the left covers this one too: a terminal skips it.
    public var isContinuation: Bool

    public init(_ character: Character = " ", _ style: Style = Style(), isContinuation: Bool = false) {
        self.character = character
        self.style = style
        self.isContinuation = isContinuation
    }
}

/// A frame as a value: `size.width × size.height` cells, row-major. Writes outside it are clipped.
public struct Grid: Sendable, Equatable {
    public let size: Size
    public private(set) var cells: [Cell]

    /// Blanks; a negative size counts as zero.
    public init(_ size: Size) {
        self.size = Size(width: max(0, size.width), height: max(0, size.height))
        cells = Array(repeating: Cell(), count: self.size.width * self.size.height)
    }

    /// The cell at a place; blank when read outside, ignored when written outside.
    ///
    /// A wide character loses its other half when one half is overwritten: then both halves go.
    public subscript(column: Int, row: Int) -> Cell {
        get { holds(column, row) ? cells[row * size.width + column] : Cell() }
        set {
            guard holds(column, row) else { return }
            let index = row * size.width + column
            if cells[index].isContinuation, !newValue.isContinuation, column > 0 {
                cells[index - 1].character = " "
            }
            if column + 1 < size.width, cells[index + 1].isContinuation {
                cells[index + 1] = Cell(" ", cells[index + 1].style)
            }
            cells[index] = newValue
        }
    }

    /// Writes sanitised text; a wide character takes two cells and is left out where only one remains.
    public mutating func write(_ text: String, column: Int, row: Int, style: Style = Style()) {
        guard row >= 0, row < size.height else { return }
        var place = column
        for raw in text {
            guard place < size.width else { return }
            let character = raw.sanitized
            if character.cellWidth == 2 {
                let fits = place >= 0 && place + 1 < size.width
                self[place, row] = Cell(fits ? character : " ", style)
                self[place + 1, row] = Cell(" ", style, isContinuation: fits)
                place += 2
            } else {
                self[place, row] = Cell(character, style)
                place += 1
            }
        }
    }

    public mutating func write(_ text: String, column: Int, row: Int, ink: Ink) {
        write(text, column: column, row: row, style: .ink(ink))
    }

    /// Lays another grid over this one with its upper-left corner at the place.
    public mutating func draw(_ other: Grid, column: Int, row: Int) {
        for y in 0..<other.size.height {
            for x in 0..<other.size.width { self[column + x, row + y] = other[x, y] }
        }
    }

    /// Changes the style of the cells of a rectangle and leaves their characters.
    public mutating func restyle(_ area: Rectangle, _ change: (inout Style) -> Void) {
        for row in max(0, area.row)..<max(0, area.row, min(size.height, area.row + area.height)) {
            for column in max(0, area.column)..<max(0, area.column, min(size.width, area.column + area.width))
            {
                change(&cells[row * size.width + column].style)
            }
        }
    }

    private func holds(_ column: Int, _ row: Int) -> Bool {
        column >= 0 && column < size.width && row >= 0 && row < size.height
    }
}

extension Grid: CustomStringConvertible {
    /// The characters alone, one line a row, trailing blanks kept: what a literal frame in a test compares with.
    public var description: String {
        (0..<size.height).map { row in
            String((0..<size.width).map { self[$0, row] }.filter { !$0.isContinuation }.map(\.character))
        }
        .joined(separator: "\n")
    }
}
