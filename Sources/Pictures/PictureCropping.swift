extension Picture {
    /// The part of this size whose upper left pixel is at a place.
    public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Picture {
        precondition(
            x >= 0 && y >= 0 && newWidth > 0 && newHeight > 0 && x + newWidth <= width
                && y + newHeight <= height,
            "\(newWidth)×\(newHeight) at (\(x), \(y)) of \(width)×\(height)")
        guard newWidth != width || newHeight != height else { return self }
        var cropped: [UInt8] = []
        cropped.reserveCapacity(newWidth * newHeight * channels)
        for row in y..<y + newHeight {
            let start = (row * width + x) * channels
            cropped.append(contentsOf: pixels[start..<start + newWidth * channels])
        }
        return Picture(width: newWidth, height: newHeight, channels: channels, pixels: cropped)
    }

    /// The largest part in the middle with the proportions of a size, resized to it: nothing is stretched.
    public func filling(width newWidth: Int, height newHeight: Int) -> Picture {
        precondition(newWidth > 0 && newHeight > 0, "resized to \(newWidth)×\(newHeight)")
        // width : newWidth against height : newHeight, without fractions.
        let isTooWide = width * newHeight > height * newWidth
        let partWidth = isTooWide ? max(1, height * newWidth / newHeight) : width
        let partHeight = isTooWide ? height : max(1, width * newHeight / newWidth)
        let part = cropped(
            x: (width - partWidth) / 2, y: (height - partHeight) / 2, width: partWidth, height: partHeight)
        return part.resized(width: newWidth, height: newHeight)
    }

    /// The picture with a shorter side of so many pixels, its proportions kept.
    public func resized(shorterSide: Int) -> Picture {
        precondition(shorterSide > 0, "a shorter side of \(shorterSide) pixels")
        let shorter = min(width, height)
        let scaled = { (side: Int) in max(1, (side * shorterSide + shorter / 2) / shorter) }
        return resized(width: scaled(width), height: scaled(height))
    }
}
