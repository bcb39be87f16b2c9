/// A piece of a line in one style.
public struct Segment: Sendable, Equatable {
    public var text: String
    public var style: Style

    public init(_ text: String, _ ink: Ink = .text, bold: Bool = false) {
        self.text = text
        style = Style(.ink(ink), bold: bold)
    }

    public init(_ text: String, style: Style) {
        self.text = text
        self.style = style
    }
}

extension Array where Element == Segment {
    /// The leading segments that fit a width with a gap between them; the first is clipped rather than left out.
    public func fitting(_ width: Int, gap: Int) -> [Segment] {
        guard width > 0 else { return [] }
        var kept: [Segment] = []
        var used = 0
        for segment in self where !segment.text.isEmpty {
            let needed = segment.text.cellWidth + (kept.isEmpty ? 0 : gap)
            if used + needed <= width {
                kept.append(segment)
                used += needed
            } else if kept.isEmpty {
                return [Segment(segment.text.clipped(to: width), style: segment.style)]
            }
        }
        return kept
    }
}

extension Grid {
    /// Writes segments one after the other with a gap, and returns the column behind the last.
    @discardableResult
    public mutating func write(_ segments: [Segment], column: Int, row: Int, gap: Int = 1) -> Int {
        var place = column
        for (index, segment) in segments.enumerated() {
            if index > 0 { place += gap }
            write(segment.text, column: place, row: row, style: segment.style)
            place += segment.text.cellWidth
        }
        return place
    }
}
