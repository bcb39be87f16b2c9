import Pictures
import Screen

extension Picture {
    /// The pixels of a diagram.
    ///
    /// - Parameter scale: pixels for each of the diagram's units.
    /// - Throws: `ScreenshotError` where the font is not installed, or the picture would be too large.
    public init(of diagram: Diagram, scale: Double = 1) throws(ScreenshotError) {
        var canvas = try DiagramCanvas(diagram, scale: scale)
        for box in diagram.frames { canvas.draw(box) }
        for line in diagram.lines { canvas.draw(line) }
        for box in diagram.boxes { canvas.draw(box) }
        for words in diagram.words { try canvas.draw(words) }
        self = canvas.picture
    }
}

/// The picture under way: every shape is a signed distance, which covers pixels at its edge by shares.
private struct DiagramCanvas {
    private let scale: Double
    private let width, height: Int
    private var pixels: [UInt8]
    private let fonts: FontFiles
    private var faces: [Int: (regular: Typeface, bold: Typeface)] = [:]

    /// What viewers still open.
    private static let mostPixels = 200_000_000

    init(_ diagram: Diagram, scale: Double) throws(ScreenshotError) {
        self.scale = scale
        width = max(1, Int((diagram.width * scale).rounded(.up)))
        height = max(1, Int((diagram.height * scale).rounded(.up)))
        guard width * height <= Self.mostPixels else { throw .tooLarge(width: width, height: height) }
        let paper = [diagram.background.red, diagram.background.green, diagram.background.blue]
        pixels = (0..<width * height).flatMap { _ in paper }
        fonts = try FontFiles.find()
    }

    var picture: Picture { Picture(width: width, height: height, channels: 3, pixels: pixels) }

    mutating func draw(_ box: Diagram.Box) {
        let radius = box.radius * scale
        let (left, top) = (box.x * scale, box.y * scale)
        let (w, h) = (box.width * scale, box.height * scale)
        let line = max(1, scale)
        /// From a place to the edge, below 0 inside.
        func distance(_ x: Double, _ y: Double) -> Double {
            let dx = abs(x - left - w / 2) - w / 2 + radius
            let dy = abs(y - top - h / 2) - h / 2 + radius
            let outside = (max(dx, 0) * max(dx, 0) + max(dy, 0) * max(dy, 0)).squareRoot()
            return outside + min(max(dx, dy), 0) - radius
        }
        forEachPixel(x: left - 2...left + w + 2, y: top - 2...top + h + 2) { x, y in
            let d = distance(x, y)
            return [(box.fill, 0.5 - d), (box.stroke, line / 2 + 0.5 - abs(d))]
        }
    }

    mutating func draw(_ line: Diagram.Line) {
        let thickness = Diagram.lineThickness * scale
        for (start, end) in zip(line.places, line.places.dropFirst()) {
            let (a, b) = ((start.x * scale, start.y * scale), (end.x * scale, end.y * scale))
            let (dx, dy) = (b.0 - a.0, b.1 - a.1)
            let square = dx * dx + dy * dy
            forEachPixel(x: min(a.0, b.0) - 3...max(a.0, b.0) + 3, y: min(a.1, b.1) - 3...max(a.1, b.1) + 3) {
                x, y in
                let t = square > 0 ? min(1, max(0, ((x - a.0) * dx + (y - a.1) * dy) / square)) : 0
                let (ex, ey) = (x - a.0 - t * dx, y - a.1 - t * dy)
                return [(line.ink, thickness / 2 + 0.5 - (ex * ex + ey * ey).squareRoot())]
            }
        }
        drawHead(of: line)
    }

    private mutating func drawHead(of line: Diagram.Line) {
        let corners = Diagram.head(of: line).map { ($0.x * scale, $0.y * scale) }
        guard corners.count == 3 else { return }
        let (xs, ys) = (corners.map(\.0), corners.map(\.1))
        guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else {
            return
        }
        forEachPixel(x: left - 1...right + 1, y: top - 1...bottom + 1) { x, y in
            // Inside, all three edges have the place on the same side.
            let sides = (0..<3).map { index -> Double in
                let (a, b) = (corners[index], corners[(index + 1) % 3])
                let (dx, dy) = (b.0 - a.0, b.1 - a.1)
                return ((x - a.0) * dy - (y - a.1) * dx) / max(1e-9, (dx * dx + dy * dy).squareRoot())
            }
            let inside = max(sides.min() ?? 0, -(sides.max() ?? 0))
            return [(line.ink, inside + 0.5)]
        }
    }

    mutating func draw(_ words: Diagram.Words) throws(ScreenshotError) {
        let size = max(4, Int((Double(words.size) * scale).rounded()))
        if faces[size] == nil {
            faces[size] = (
                try Typeface(path: fonts.regular, size: size), try Typeface(path: fonts.bold, size: size)
            )
        }
        guard let face = faces[size].map({ words.isBold ? $0.bold : $0.regular }) else { return }
        let top = Int((words.y * scale).rounded()) - face.baseline
        for (index, character) in words.text.enumerated() {
            let left = words.x * scale + Double(index) * Diagram.advance * Double(words.size) * scale
            let mask = face.mask(of: character, width: face.cellWidth)
            for y in 0..<mask.height {
                for x in 0..<mask.width where mask[x, y] > 0 {
                    blend(words.ink, Int(left.rounded()) + x, top + y, Double(mask[x, y]) / 255)
                }
            }
        }
    }

    /// Blends what `shade` says of each pixel's middle: colours and how much of the pixel they cover.
    private mutating func forEachPixel(
        x columns: ClosedRange<Double>, y rows: ClosedRange<Double>,
        shade: (_ x: Double, _ y: Double) -> [(RGB, Double)]
    ) {
        let (left, right) = (max(0, Int(columns.lowerBound)), min(width - 1, Int(columns.upperBound)))
        let (top, bottom) = (max(0, Int(rows.lowerBound)), min(height - 1, Int(rows.upperBound)))
        guard left <= right, top <= bottom else { return }
        for y in top...bottom {
            for x in left...right {
                for (color, share) in shade(Double(x) + 0.5, Double(y) + 0.5) where share > 0 {
                    blend(color, x, y, min(1, share))
                }
            }
        }
    }

    private mutating func blend(_ color: RGB, _ x: Int, _ y: Int, _ share: Double) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        let offset = (y * width + x) * 3
        let old = RGB(pixels[offset], pixels[offset + 1], pixels[offset + 2])
        let new = old.mixed(with: color, by: share)
        (pixels[offset], pixels[offset + 1], pixels[offset + 2]) = (new.red, new.green, new.blue)
    }
}
