import Glibc
import Tensors

extension Normalizer {
    /// Converts one sample through a warp; allocates nothing.
    func load(
        _ index: Int, of dataset: Dataset, through warp: Warp, into buffer: UnsafeMutableBufferPointer<Float>
    ) {
        let shape = dataset.shape
        precondition(
            buffer.count >= shape.count, "a buffer of \(buffer.count) values for a sample of \(shape.count)")
        let range = index * shape.count..<(index + 1) * shape.count
        switch dataset.samples {
        case .bytes(let values):
            values.withUnsafeBufferPointer {
                convert(UnsafeBufferPointer(rebasing: $0[range]), of: shape, through: warp, into: buffer)
            }
        case .floats(let values):
            values.withUnsafeBufferPointer {
                convert(UnsafeBufferPointer(rebasing: $0[range]), of: shape, through: warp, into: buffer)
            }
        }
        if standardizesEachSample { standardize(buffer, count: shape.count) }
    }

    @inline(__always)
    private func convert<Value: StoredValue>(
        _ sample: UnsafeBufferPointer<Value>, of shape: Shape, through warp: Warp,
        into buffer: UnsafeMutableBufferPointer<Float>
    ) {
        let map = warp.isExact ? nil : warp.inverse(height: shape.height, width: shape.width)
        for channel in factors.indices {
            let range = channel * shape.area..<(channel + 1) * shape.area
            let plane = Plane(
                input: UnsafeBufferPointer(rebasing: sample[range]),
                output: UnsafeMutableBufferPointer(rebasing: buffer[range]), height: shape.height,
                width: shape.width,
                factor: factors[channel], offset: offsets[channel])
            if let map { plane.interpolate(map) } else { plane.move(warp) }
        }
    }
}

/// One channel of one sample on its way from stored to normalised values.
private struct Plane<Value: StoredValue> {
    let input: UnsafeBufferPointer<Value>
    let output: UnsafeMutableBufferPointer<Float>
    let height, width: Int
    let factor, offset: Float

    /// A signal goes on at its ends as it ended: a jump to 0 would be an edge that no signal has.
    var isSignal: Bool { height == 1 }

    /// Mirrors and shifts by whole pixels.
    @inline(__always)
    func move(_ warp: Warp) {
        for y in 0..<height {
            let row = UnsafeMutableBufferPointer(rebasing: output[y * width..<(y + 1) * width])
            var inputY = y - warp.shiftY
            if warp.mirrorsY { inputY = height - 1 - inputY }
            for x in 0..<width {
                var inputX = x - warp.shiftX
                if warp.mirrorsX { inputX = width - 1 - inputX }
                row[x] = value(x: inputX, y: inputY) * factor + offset
            }
        }
    }

    /// Bilinear interpolation between the four nearest input pixels.
    @inline(__always)
    func interpolate(_ map: InverseMap) {
        for y in 0..<height {
            let row = UnsafeMutableBufferPointer(rebasing: output[y * width..<(y + 1) * width])
            for x in 0..<width {
                var inputX = map.x + map.xFromX * Float(x) + map.xFromY * Float(y)
                if map.bend != 0 { inputX += map.bend * sin(map.bendPitch * Float(x) + map.bendPhase) }
                if isSignal { inputX = min(max(inputX, 0), Float(width - 1)) }
                let inputY = map.y + map.yFromX * Float(x) + map.yFromY * Float(y)
                // Far outside all four neighbours are 0; the bounds also keep the conversion to Int safe.
                guard inputX > -1, inputX < Float(width), inputY > -1, inputY < Float(height) else {
                    row[x] = offset
                    continue
                }
                // Conversion cuts towards zero, which rounds down what is above zero; `rounded(.down)` is a call.
                let (x0, y0) = (Int(inputX + 1) - 1, Int(inputY + 1) - 1)
                let (right, bottom) = (inputX - Float(x0), inputY - Float(y0))
                let upper = value(x: x0, y: y0) * (1 - right) + value(x: x0 + 1, y: y0) * right
                let lower = value(x: x0, y: y0 + 1) * (1 - right) + value(x: x0 + 1, y: y0 + 1) * right
                row[x] = (upper * (1 - bottom) + lower * bottom) * factor + offset
            }
        }
    }

    /// The stored value; outside 0, or a signal's end.
    @inline(__always)
    private func value(x: Int, y: Int) -> Float {
        if isSignal { return y == 0 ? input[min(max(x, 0), width - 1)].asFloat : 0 }
        guard x >= 0, x < width, y >= 0, y < height else { return 0 }
        return input[y * width + x].asFloat
    }
}
