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

    /// Each pixel as `across × down` equal ones.
    public func enlarged(across: Int, down: Int) -> PixelImage {
        var enlarged: [RGB] = []
        enlarged.reserveCapacity(pixels.count * across * down)
        for y in 0..<height * down {
            for x in 0..<width * across { enlarged.append(self[x / across, y / down]) }
        }
        return PixelImage(width: width * across, height: height * down, pixels: enlarged)
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
