/// One character on the screen and how it is drawn.
public struct Cell: Sendable, Hashable {
    public var character: Character
    public var style: Style

    public init(_ character: Character = " ", _ style: Style = Style()) {
        self.character = character
        self.style = style
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
    public subscript(column: Int, row: Int) -> Cell {
        get { holds(column, row) ? cells[row * size.width + column] : Cell() }
        set { if holds(column, row) { cells[row * size.width + column] = newValue } }
    }

    public mutating func write(_ text: String, column: Int, row: Int, style: Style = Style()) {
        for (offset, character) in text.enumerated() {
            self[column + offset, row] = Cell(character, style)
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

    private func holds(_ column: Int, _ row: Int) -> Bool {
        column >= 0 && column < size.width && row >= 0 && row < size.height
    }
}

extension Grid: CustomStringConvertible {
    /// The characters alone, one line a row, trailing blanks kept: what a literal frame in a test compares with.
    public var description: String {
        (0..<size.height).map { row in String((0..<size.width).map { self[$0, row].character }) }
            .joined(separator: "\n")
    }
}
