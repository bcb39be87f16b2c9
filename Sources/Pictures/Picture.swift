/// Pixels of eight bits a channel, row-major, the channels of a pixel side by side (`[H, W, C]`).
public struct Picture: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// 1 is grey, 3 is RGB, 4 is RGB and alpha (not premultiplied).
    public let channels: Int
    public var pixels: [UInt8]

    public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture of \(width)×\(height) pixels")
        precondition([1, 3, 4].contains(channels), "\(channels) channels, expected 1, 3 or 4")
        precondition(
            pixels.count == width * height * channels,
            "\(pixels.count) bytes for \(width)×\(height)×\(channels)")
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }

    /// One colour all over.
    public init(width: Int, height: Int, filledWith color: [UInt8]) {
        let pixels = (0..<max(0, width * height)).flatMap { _ in color }
        self.init(width: width, height: height, channels: color.count, pixels: pixels)
    }

    /// The channels of the pixel at a place.
    public subscript(x: Int, y: Int) -> ArraySlice<UInt8> {
        get { pixels[offset(x, y)..<offset(x, y) + channels] }
        set {
            precondition(newValue.count == channels, "\(newValue.count) values for \(channels) channels")
            pixels.replaceSubrange(offset(x, y)..<offset(x, y) + channels, with: newValue)
        }
    }

    private func offset(_ x: Int, _ y: Int) -> Int {
        precondition(
            (0..<width).contains(x) && (0..<height).contains(y), "pixel (\(x), \(y)) of \(width)×\(height)")
        return (y * width + x) * channels
    }
}

extension Picture {
    /// The picture in grey (1) or RGB (3). Grey is the luma of ITU-R BT.601, as in most image libraries; transparent
    /// pixels are laid over black.
    public func converted(toChannels target: Int) -> Picture {
        precondition(target == 1 || target == 3, "\(target) channels, expected 1 or 3")
        guard target != channels else { return self }
        var converted: [UInt8] = []
        converted.reserveCapacity(width * height * target)
        for start in stride(from: 0, to: pixels.count, by: channels) {
            if channels == 1 {
                for _ in 0..<3 { converted.append(pixels[start]) }
                continue
            }
            let alpha = channels == 4 ? Int(pixels[start + 3]) : 255
            let color = (0..<3).map { (Int(pixels[start + $0]) * alpha + 127) / 255 }
            if target == 3 {
                for value in color { converted.append(UInt8(value)) }
            } else {
                converted.append(UInt8((299 * color[0] + 587 * color[1] + 114 * color[2] + 500) / 1000))
            }
        }
        return Picture(width: width, height: height, channels: target, pixels: converted)
    }
}
