/// A small picture, row-major.
public struct PixelImage: Sendable, Equatable {
    public let width: Int
    public let height: Int
    public private(set) var pixels: [RGB]

    public init(width: Int, height: Int, pixels: [RGB]) {
        precondition(pixels.count == width * height, "\(pixels.count) pixels for \(width)×\(height)")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    public subscript(x: Int, y: Int) -> RGB {
        get { pixels[y * width + x] }
        set { pixels[y * width + x] = newValue }
    }

    /// Enlarged without blur: each new pixel is the old one under its middle.
    public func stretched(toWidth newWidth: Int, height newHeight: Int) -> PixelImage {
        guard width > 0, height > 0 else { return self }
        var stretched: [RGB] = []
        stretched.reserveCapacity(max(0, newWidth * newHeight))
        for y in 0..<max(0, newHeight) {
            for x in 0..<max(0, newWidth) {
                stretched.append(
                    self[(2 * x + 1) * width / (2 * newWidth), (2 * y + 1) * height / (2 * newHeight)])
            }
        }
        return PixelImage(width: max(0, newWidth), height: max(0, newHeight), pixels: stretched)
    }

    /// Averages down to at most so many pixels; for filters larger than their place.
    public func reduced(toWidth newWidth: Int, height newHeight: Int) -> PixelImage {
        let (w, h) = (max(1, min(width, newWidth)), max(1, min(height, newHeight)))
        guard (w, h) != (width, height), width > 0, height > 0 else { return self }
        var reduced: [RGB] = []
        for y in 0..<h {
            for x in 0..<w {
                let columns = (x * width / w)..<max(x * width / w + 1, (x + 1) * width / w)
                let rows = (y * height / h)..<max(y * height / h + 1, (y + 1) * height / h)
                reduced.append(mean(rows: rows, columns: columns))
            }
        }
        return PixelImage(width: w, height: h, pixels: reduced)
    }

    func mean(rows: Range<Int>, columns: Range<Int>) -> RGB {
        var (red, green, blue) = (0, 0, 0)
        for y in rows {
            for x in columns {
                red += Int(self[x, y].red)
                green += Int(self[x, y].green)
                blue += Int(self[x, y].blue)
            }
        }
        let count = max(1, rows.count * columns.count)
        return RGB(UInt8(red / count), UInt8(green / count), UInt8(blue / count))
    }
}
