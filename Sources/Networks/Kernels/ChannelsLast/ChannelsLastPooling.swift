import CVectorKernels
import Tensors

/// `PoolingKernel` on maps that hold a pixel's channels side by side, through the vector kernels.
struct ChannelsLastPooling<Element: Scalar> {
    var function: PoolingKernel<Element>.Function
    var input, output: SampleArray<Element>
    var windows: channels_windows
    var winners: SampleArray<Element>?
    var outputGradient, inputGradient: SampleArray<Element>?

    init(_ planar: PoolingKernel<Element>) {
        (function, input, output) = (planar.function, planar.input, planar.output)
        (winners, outputGradient) = (planar.winners, planar.outputGradient)
        inputGradient = planar.inputGradient
        let geometry = planar.geometry
        var countsPadding: Int32 = 0
        if case .average(true) = planar.function { countsPadding = 1 }
        windows = channels_windows(
            channels: Int32(geometry.channels), height: Int32(geometry.height), width: Int32(geometry.width),
            output_height: Int32(geometry.outputHeight), output_width: Int32(geometry.outputWidth),
            rows: Int32(geometry.kernelRows), columns: Int32(geometry.kernelColumns),
            row_stride: Int32(geometry.rowStride), column_stride: Int32(geometry.columnStride),
            row_dilation: Int32(geometry.rowDilation), column_dilation: Int32(geometry.columnDilation),
            top: Int32(geometry.top), left: Int32(geometry.left), bottom: Int32(planar.bottom),
            right: Int32(planar.right), counts_padding: countsPadding)
    }

    @inline(__always)
    func forward(_ scope: Scope<Element>) {
        var windows = windows
        for sample in scope.samples {
            let (x, y) = (input[sample, scope].floats, output[sample, scope].floats)
            switch function {
            case .maximum: channels_max_pool(&windows, x, y, winners?[sample, scope].floats)
            case .average: channels_average_pool(&windows, x, y)
            case .first: forEachFirst { y.advanced(by: $0).update(from: x + $1, count: $2) }
            }
        }
    }

    @inline(__always)
    func backward(_ scope: Scope<Element>) {
        guard let outputGradient, let inputGradient else { return }
        var windows = windows
        for sample in scope.samples {
            let (dy, dx) = (outputGradient[sample, scope].floats, inputGradient[sample, scope].floats)
            switch function {
            case .maximum:
                guard let winners else { continue }
                channels_max_pool_gradient(&windows, dy, winners[sample, scope].floats, dx)
            case .average: channels_average_pool_gradient(&windows, dy, dx)
            case .first:
                dx.update(repeating: 0, count: input.count)
                forEachFirst { dx.advanced(by: $1).update(from: dy + $0, count: $2) }
            }
        }
    }

    /// Each output pixel's place, that of its window's first pixel, and their numbers.
    private func forEachFirst(_ body: (_ output: Int, _ input: Int, _ count: Int) -> Void) {
        let channels = Int(windows.channels)
        for row in 0..<Int(windows.output_height) {
            let y = row * Int(windows.row_stride) - Int(windows.top)
            for column in 0..<Int(windows.output_width) {
                let x = column * Int(windows.column_stride) - Int(windows.left)
                body(
                    (row * Int(windows.output_width) + column) * channels,
                    (y * Int(windows.width) + x) * channels,
                    channels)
            }
        }
    }
}
