import Tensors

/// `y[i] = x[table[i]]`, or the filler where the table says −1: transpositions, slices, borders, selections.
struct RearrangementKernel<Element: Scalar> {
    /// As long as the output.
    var table: UnsafeMutablePointer<Int32>
    var filler: Element

    @inline(__always)
    func forward(_ operands: StandaloneKernel<Element>.Operands) {
        let (x, y) = (operands.x, operands.y)
        for index in 0..<operands.count {
            let place = Int(table[index])
            y[index] = place >= 0 ? x[place] : filler
        }
    }

    @inline(__always)
    func backward(_ operands: StandaloneKernel<Element>.Operands) {
        guard let dx = operands.dx, let dy = operands.dy else { return }
        dx.clear(count: operands.inputCount)
        for index in 0..<operands.count {
            let place = Int(table[index])
            if place >= 0 { dx[place] += dy[index] }
        }
    }
}
