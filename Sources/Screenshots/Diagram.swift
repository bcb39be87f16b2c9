import Screen

/// Boxes, lines and words in the plane, which become an SVG or a PNG. Units are pixels; the origin is the upper-left
/// corner.
public struct Diagram: Sendable, Equatable {
    public struct Place: Sendable, Equatable {
        public var x: Double
        public var y: Double

        public init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A rectangle with round corners.
    public struct Box: Sendable, Equatable {
        public var x, y, width, height: Double
        public var fill: RGB
        public var stroke: RGB
        public var radius: Double

        public init(
            x: Double, y: Double, width: Double, height: Double, fill: RGB, stroke: RGB, radius: Double = 6
        ) {
            (self.x, self.y, self.width, self.height) = (x, y, width, height)
            (self.fill, self.stroke, self.radius) = (fill, stroke, radius)
        }
    }

    /// Straight pieces with an arrow's head at the end.
    public struct Line: Sendable, Equatable {
        public var places: [Place]
        public var ink: RGB

        public init(_ places: [Place], ink: RGB) {
            self.places = places
            self.ink = ink
        }
    }

    /// One line of text in a monospaced font; `y` is the line that letters stand on.
    public struct Words: Sendable, Equatable {
        public var text: String
        public var x, y: Double
        public var size: Int
        public var isBold: Bool
        public var ink: RGB

        public init(_ text: String, x: Double, y: Double, size: Int, isBold: Bool = false, ink: RGB) {
            self.text = text
            (self.x, self.y, self.size, self.isBold, self.ink) = (x, y, size, isBold, ink)
        }
    }

    public var title: String
    public var width: Double
    public var height: Double
    public var background = RGB(0xFFFFFF)
    /// From the hindmost to the foremost; words lie over all, lines between the first `framesCount` boxes and the rest.
    public var frames: [Box] = []
    public var lines: [Line] = []
    public var boxes: [Box] = []
    public var words: [Words] = []

    /// Of a character, as a share of the font's size.
    public static let advance = 0.602
    public static let lineThickness = 1.5
    /// From the point of an arrow's head to its back, and half of its width.
    static let (headLength, headReach) = (7.0, 3.5)

    public init(title: String, width: Double, height: Double) {
        self.title = title
        self.width = width
        self.height = height
    }
}

extension Diagram {
    /// As an SVG file.
    public var svg: String {
        var elements = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" "
                + "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" "
                + "font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\">",
            "<title>\(Self.escaped(title))</title>",
            "<rect width=\"100%\" height=\"100%\" fill=\"\(Self.hex(background))\"/>",
        ]
        elements += frames.map(Self.element)
        elements += lines.flatMap(Self.elements)
        elements += boxes.map(Self.element)
        elements += words.map(Self.element)
        return (elements + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static func element(_ box: Box) -> String {
        "<rect x=\"\(number(box.x))\" y=\"\(number(box.y))\" width=\"\(number(box.width))\" "
            + "height=\"\(number(box.height))\" rx=\"\(number(box.radius))\" fill=\"\(hex(box.fill))\" "
            + "stroke=\"\(hex(box.stroke))\"/>"
    }

    private static func elements(_ line: Line) -> [String] {
        let points = line.places.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        let head = head(of: line).map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
        return [
            "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(hex(line.ink))\" "
                + "stroke-width=\"\(lineThickness)\" stroke-linejoin=\"round\"/>",
            "<polygon points=\"\(head)\" fill=\"\(hex(line.ink))\"/>",
        ]
    }

    private static func element(_ words: Words) -> String {
        let width = Double(words.text.count) * advance * Double(words.size)
        return "<text x=\"\(number(words.x))\" y=\"\(number(words.y))\" font-size=\"\(words.size)\" "
            + "textLength=\"\(number(width))\" \(words.isBold ? "font-weight=\"bold\" " : "")"
            + "fill=\"\(hex(words.ink))\" xml:space=\"preserve\">\(escaped(words.text))</text>"
    }

    /// The corners of the arrow's head, its point first; none for a line of no length.
    static func head(of line: Line) -> [Place] {
        guard let end = line.places.last, let before = line.places.dropLast().last else { return [] }
        let (dx, dy) = (end.x - before.x, end.y - before.y)
        let length = (dx * dx + dy * dy).squareRoot()
        guard length > 0 else { return [] }
        let (ux, uy) = (dx / length, dy / length)
        let back = Place(end.x - ux * headLength, end.y - uy * headLength)
        return [
            end, Place(back.x - uy * headReach, back.y + ux * headReach),
            Place(back.x + uy * headReach, back.y - ux * headReach),
        ]
    }

    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
    }

    private static func hex(_ color: RGB) -> String {
        "#"
            + [color.red, color.green, color.blue].map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }
}
