import Networks
import Tensors

/// The attributes that ONNX's convolutions and poolings share. Signals are maps of height 1.
struct SlidingWindow {
    var kernel, stride, dilation: Extent
    var padding: Padding

    init(_ test: OperatorCase, input: Shape) throws(OutOfScope) {
        guard let kernel = test.integers("kernel_shape"), kernel.count <= 2 else {
            throw OutOfScope("more than two spatial axes")
        }
        let isSignal = kernel.count == 1
        func extent(_ name: String) -> Extent {
            let values = test.integers(name) ?? Array(repeating: 1, count: kernel.count)
            return isSignal
                ? Extent(rows: 1, columns: values[0]) : Extent(rows: values[0], columns: values[1])
        }
        self.kernel = extent("kernel_shape")
        stride = extent("strides")
        dilation = extent("dilations")
        padding = .none
        switch test.text("auto_pad") ?? "NOTSET" {
        case "SAME_UPPER": padding = .same
        case "SAME_LOWER": padding = lower(input)
        default:
            guard let pads = test.integers("pads") else { return }
            padding =
                isSignal
                ? .explicit(top: 0, left: pads[0], bottom: 0, right: pads[1])
                : .explicit(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
        }
    }

    /// `same` with an odd rest before and not behind.
    private func lower(_ input: Shape) -> Padding {
        func total(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
            max(0, ((size + stride - 1) / stride - 1) * stride + dilation * (kernel - 1) + 1 - size)
        }
        let rows = total(input.height, kernel.rows, stride.rows, dilation.rows)
        let columns = total(input.width, kernel.columns, stride.columns, dilation.columns)
        return .explicit(
            top: (rows + 1) / 2, left: (columns + 1) / 2, bottom: rows / 2, right: columns / 2)
    }
}
