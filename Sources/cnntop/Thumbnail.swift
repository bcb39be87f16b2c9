import Glibc
import Pictures

/// A picture in half blocks for a terminal that knows colours; none for a pipe, or where colours are not wanted.
struct Thumbnail {
    let text: String

    /// Columns at most, and pixel rows, two of which share a line.
    private static let (mostColumns, mostRows) = (32, 24)

    init?(_ picture: Picture) {
        guard isatty(1) == 1, Self.variable("NO_COLOR").isEmpty else { return nil }
        let isTrueColor = ["truecolor", "24bit"].contains(Self.variable("COLORTERM"))
        guard isTrueColor || Self.variable("TERM").contains("256color") else { return nil }
        let scale = max(
            Float(picture.width) / Float(Self.mostColumns), Float(picture.height) / Float(Self.mostRows), 1)
        let small = picture.converted(toChannels: 3).resized(
            width: max(1, Int(Float(picture.width) / scale)),
            height: max(1, Int(Float(picture.height) / scale)))
        text = stride(from: 0, to: small.height, by: 2).map { row in
            let cells = (0..<small.width).map { column -> String in
                let top = Self.color(small[column, row], isTrueColor)
                guard row + 1 < small.height else { return "\u{1b}[0;38;\(top)m▀" }
                return "\u{1b}[38;\(top);48;\(Self.color(small[column, row + 1], isTrueColor))m▀"
            }
            return "  " + cells.joined() + "\u{1b}[0m"
        }.joined(separator: "\n")
    }

    /// Red, green and blue, or the nearest of the 6×6×6 colours.
    private static func color(_ pixel: ArraySlice<UInt8>, _ isTrueColor: Bool) -> String {
        if isTrueColor { return "2;" + pixel.map(String.init).joined(separator: ";") }
        let levels = pixel.map { (Int($0) * 5 + 127) / 255 }
        return "5;\(16 + levels.reduce(0) { $0 * 6 + $1 })"
    }

    private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}
