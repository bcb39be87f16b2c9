import Glibc
import Networks

/// A network as an SVG picture: a box for each layer, inputs above, branches side by side.
struct GraphDrawing {
    let svg: String

    /// A layer's box: its row, how far it is from the input, and beside how many others.
    private struct Place {
        var row: Analysis.Row
        var depth: Int
        var column: Int
        var sources: [Int]
    }

    private static let (boxWidth, boxHeight) = (250, 38)
    private static let (columnStep, depthStep) = (290, 62)
    private static let margin = 30

    init(_ analysis: Analysis) {
        let places = Self.places(of: analysis)
        let width = (places.map(\.column).max() ?? 0) * Self.columnStep + Self.boxWidth + 4 * Self.margin
        let height = (places.map(\.depth).max() ?? 0) * Self.depthStep + Self.boxHeight + 2 * Self.margin
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" "
                + "height=\"\(height)\" font-family=\"DejaVu Sans, sans-serif\" font-size=\"12\">",
            "<title>\(Self.escaped(analysis.network))</title>",
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
        ]
        for place in places {
            lines += place.sources.map { Self.edge(from: places[$0], to: place) }
        }
        lines += places.map(Self.box)
        svg = (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// A layer stands one step below the lowest of its inputs, in the first input's column or the next that is free.
    private static func places(of analysis: Analysis) -> [Place] {
        var indices: [String: Int] = [:]
        var taken: [Int: Set<Int>] = [:]
        var places: [Place] = []
        for row in analysis.rows {
            let sources = row.inputs.compactMap { indices[$0] }
            let depth = (sources.map { places[$0].depth }.max() ?? -1) + 1
            var column = sources.map { places[$0].column }.min() ?? 0
            while taken[depth, default: []].contains(column) { column += 1 }
            taken[depth, default: []].insert(column)
            indices[row.name] = places.count
            places.append(Place(row: row, depth: depth, column: column, sources: sources))
        }
        return places
    }

    private static func left(_ place: Place) -> Int { margin + place.column * columnStep }
    private static func top(_ place: Place) -> Int { margin + place.depth * depthStep }

    /// Straight to the next layer; what skips layers goes round them at the right.
    private static func edge(from source: Place, to target: Place) -> String {
        let (x1, y1) = (left(source) + boxWidth / 2, top(source) + boxHeight)
        let (x2, y2) = (left(target) + boxWidth / 2, top(target))
        let skips = source.column == target.column && target.depth > source.depth + 1
        let path =
            skips
            ? "M\(x1 + boxWidth / 2) \(y1 - boxHeight / 2) C\(x1 + boxWidth / 2 + 50) \(y1), "
                + "\(x2 + boxWidth / 2 + 50) \(y2), \(x2 + boxWidth / 2) \(y2 + boxHeight / 2)"
            : "M\(x1) \(y1) C\(x1) \(y1 + 12), \(x2) \(y2 - 12), \(x2) \(y2)"
        return "<path d=\"\(path)\" fill=\"none\" stroke=\"#6b7280\" stroke-width=\"1.4\"/>"
    }

    private static func box(_ place: Place) -> String {
        let row = place.row
        let (x, y) = (left(place), top(place))
        let shape = row.activations.map { $0.sizes.map(String.init).joined(separator: "×") } ?? "?"
        return "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(boxWidth)\" height=\"\(boxHeight)\" rx=\"6\" "
            + "fill=\"\(color(of: row))\" stroke=\"#374151\"/>"
            + "<text x=\"\(x + 8)\" y=\"\(y + 16)\" font-weight=\"bold\">\(escaped(row.name))</text>"
            + "<text x=\"\(x + 8)\" y=\"\(y + 31)\" fill=\"#374151\">\(escaped(row.type)) · \(shape)</text>"
    }

    private static func color(of row: Analysis.Row) -> String {
        if row.activations == nil { return "#fecaca" }
        if row.macs > 0 { return "#bfdbfe" }
        if row.type.contains("pooling") { return "#fde68a" }
        if row.type.contains("normalization") { return "#ddd6fe" }
        if row.inputs.count > 1 { return "#bbf7d0" }
        return "#f3f4f6"
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

extension GraphDrawing {
    /// - Throws: `GraphNotWritten`.
    func write(to path: String) throws {
        guard let file = fopen(path, "w") else { throw GraphNotWritten(path: path, code: errno) }
        let isWritten = fputs(svg, file) >= 0
        guard fclose(file) == 0, isWritten else { throw GraphNotWritten(path: path, code: errno) }
    }
}

struct GraphNotWritten: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String {
        "\(path): cannot write the picture of the network: \(String(cString: strerror(code)))"
    }
}
