import Interchange
import Pictures
import Tensors

extension Preprocessing {
    /// A picture of any size as the input of a network, `[C, H, W]`.
    ///
    /// - Parameter shape: of the network's input: one channel or three.
    public func input(of picture: Picture, shape: Shape) -> [Float] {
        precondition(
            factors.count == shape.channels && (shape.channels == 1 || shape.channels == 3),
            "\(factors.count) factors for pictures of \(shape)")
        let fitted = picture.converted(toChannels: shape.channels).fitted(
            width: shape.width, height: shape.height, fit)
        var input = [Float](repeating: 0, count: shape.count)
        for channel in 0..<shape.channels {
            let source = order == .bgr ? shape.channels - 1 - channel : channel
            for position in 0..<shape.area {
                let byte = fitted.pixels[position * shape.channels + source]
                input[channel * shape.area + position] = Float(byte) * factors[channel] + offsets[channel]
            }
        }
        return input
    }
}

extension Picture {
    /// At the size of an input: stretched to it, or the middle of the picture at a size of its own.
    func fitted(width: Int, height: Int, _ fit: Preprocessing.Fit) -> Picture {
        guard case .crop(let wanted) = fit else { return resized(width: width, height: height) }
        // Never smaller than what is cut out of it.
        let scale = max(
            Float(wanted) / Float(min(self.width, self.height)), Float(width) / Float(self.width),
            Float(height) / Float(self.height))
        let whole = scaled(by: scale, atLeast: width, height)
        return whole.middle(width: width, height: height)
    }

    private func scaled(by scale: Float, atLeast width: Int, _ height: Int) -> Picture {
        let area = Float(self.width) * scale * Float(self.height) * scale
        guard area > Float(Self.mostPixels) else {
            return resized(
                width: max(width, Int((Float(self.width) * scale).rounded())),
                height: max(height, Int((Float(self.height) * scale).rounded())))
        }
        // A thread of a picture would become larger than memory: its ends, which are cut off anyway, go first.
        let part = { (extent: Int, wanted: Int) in
            let needed = Int((Float(wanted) / scale).rounded(.up)) + 8
            // Even or odd as the whole is, so that both have the same middle.
            return min(extent, needed + (extent - needed) % 2)
        }
        let (partWidth, partHeight) = (part(self.width, width), part(self.height, height))
        let middle = cropped(
            x: (self.width - partWidth) / 2, y: (self.height - partHeight) / 2, width: partWidth,
            height: partHeight)
        return middle.resized(
            width: max(width, Int((Float(partWidth) * scale).rounded())),
            height: max(height, Int((Float(partHeight) * scale).rounded())))
    }

    private func middle(width: Int, height: Int) -> Picture {
        let (left, top) = ((self.width - width) / 2, (self.height - height) / 2)
        var part: [UInt8] = []
        part.reserveCapacity(width * height * channels)
        for row in top..<top + height {
            let start = (row * self.width + left) * channels
            part += pixels[start..<start + width * channels]
        }
        return Picture(width: width, height: height, channels: channels, pixels: part)
    }
}
