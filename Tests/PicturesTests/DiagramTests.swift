import Pictures
import Screen
import Screenshots
import Testing

/// Boxes, lines and words as SVG and as pixels.
struct DiagramTests {
    private var diagram: Diagram {
        var diagram = Diagram(title: "a < b", width: 40, height: 30)
        diagram.boxes = [
            Diagram.Box(
                x: 2, y: 2, width: 20, height: 10, fill: RGB(0xDBEAFE), stroke: RGB(0x2563EB), radius: 2)
        ]
        diagram.lines = [Diagram.Line([Diagram.Place(12, 12), Diagram.Place(12, 28)], ink: RGB(0x000000))]
        diagram.words = [Diagram.Words("A&B", x: 4, y: 10, size: 10, isBold: true, ink: RGB(0x0F172A))]
        return diagram
    }

    @Test func anSVG() {
        #expect(
            diagram.svg == """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30" width="40" height="30" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace">
                <title>a &lt; b</title>
                <rect width="100%" height="100%" fill="#ffffff"/>
                <polyline points="12,12 12,28" fill="none" stroke="#000000" stroke-width="1.5" stroke-linejoin="round"/>
                <polygon points="12,28 8.5,21 15.5,21" fill="#000000"/>
                <rect x="2" y="2" width="20" height="10" rx="2" fill="#dbeafe" stroke="#2563eb"/>
                <text x="4" y="10" font-size="10" textLength="18.1" font-weight="bold" fill="#0f172a" xml:space="preserve">A&amp;B</text>
                </svg>

                """)
    }

    @Test func pixels() throws {
        var plain = diagram
        plain.words = []
        let picture = try Picture(of: plain, scale: 2)
        #expect(picture.width == 80 && picture.height == 60)
        #expect(Array(picture[24, 10]) == [0xDB, 0xEA, 0xFE])
        #expect(Array(picture[24, 40]) == [0, 0, 0])
        #expect(Array(picture[70, 50]) == [255, 255, 255])
        #expect(Array(picture[24, 4]) == [0x25, 0x63, 0xEB])
    }

    @Test func whatNoViewerOpensIsRefused() {
        #expect(throws: ScreenshotError.tooLarge(width: 100_000, height: 100_000)) {
            try Picture(of: Diagram(title: "", width: 100_000, height: 100_000))
        }
    }
}
