import Tensors

/// The loss of each sample and its gradient with respect to the network's outputs, divided by the batch's count.
///
/// For cross-entropy the outputs arrive as logits and leave as probabilities: `dL/dlogit = p − t`, and
/// `L = log Σ exp(x − max) + max − Σ t · x`, both finite whatever the logits.
struct LossKernel<Element: Scalar> {
    enum Function {
        case crossEntropy(smoothing: Element)
        case negativeLogLikelihood
        case meanSquaredError
    }

    var function: Function
    var outputs: SampleArray<Element>
    /// With respect to the logits or outputs; nil where nothing is learned.
    var gradient: SampleArray<Element>?
    /// `[batch size]`: each sample's loss, and 1 where its class was right.
    var losses: UnsafeMutablePointer<Element>
    var hits: UnsafeMutablePointer<Element>

    @inline(__always)
    func run(_ scope: Scope<Element>) {
        guard let labels = scope.batch.labels else { return onlyProbabilities(scope) }
        let equal = 1 / Element(scope.batch.count)
        for sample in scope.samples {
            let (values, label) = (outputs[sample, scope], Int(labels[sample]))
            let share = scope.batch.shares.map { Element($0[sample]) } ?? equal
            switch function {
            case .crossEntropy(let smoothing):
                hits[sample] = isLargest(values, label) ? 1 : 0
                losses[sample] = crossEntropy(values, label, smoothing, gradient?[sample, scope], share)
            case .negativeLogLikelihood:
                hits[sample] = isLargest(values, label) ? 1 : 0
                losses[sample] = -values[label]
                guard let gradient = gradient?[sample, scope] else { continue }
                gradient.clear(count: outputs.count)
                gradient[label] = -share
            case .meanSquaredError:
                hits[sample] = isRight(values, label) ? 1 : 0
                losses[sample] = squaredError(values, label, gradient?[sample, scope], share)
            }
        }
    }

    /// Without labels there is nothing to compare with.
    @inline(__always)
    private func onlyProbabilities(_ scope: Scope<Element>) {
        guard case .crossEntropy = function else { return }
        for sample in scope.samples {
            softmax(outputs[sample, scope], outputs[sample, scope], outputs.count, stride: 1)
        }
    }

    @inline(__always)
    private func isLargest(_ values: UnsafeMutablePointer<Element>, _ label: Int) -> Bool {
        var best = 0
        for index in 1..<max(outputs.count, 1) where values[index] > values[best] { best = index }
        // NaN is larger than nothing: it must not count as a hit of class 0.
        return best == label && values[best] == values[best]
    }

    @inline(__always)
    private func isRight(_ values: UnsafeMutablePointer<Element>, _ label: Int) -> Bool {
        outputs.count == 1 ? values[0].rounded() == Element(label) : isLargest(values, label)
    }

    @inline(__always)
    private func crossEntropy(
        _ values: UnsafeMutablePointer<Element>, _ label: Int, _ smoothing: Element,
        _ gradient: UnsafeMutablePointer<Element>?, _ share: Element
    ) -> Element {
        let classes = outputs.count
        let floor = smoothing / Element(classes)
        var largest = values[0]
        for index in 1..<max(classes, 1) where values[index] > largest { largest = values[index] }
        var expected: Element = 0
        var sum: Element = 0
        for index in 0..<classes {
            let shifted = values[index] - largest
            expected += (index == label ? 1 - smoothing + floor : floor) * shifted
            let power = Element.exponential(shifted)
            values[index] = power
            sum += power
        }
        for index in 0..<classes {
            values[index] /= sum
            let target = index == label ? 1 - smoothing + floor : floor
            gradient?[index] = (values[index] - target) * share
        }
        return Element.logarithm(sum) - expected
    }

    @inline(__always)
    private func squaredError(
        _ values: UnsafeMutablePointer<Element>, _ label: Int, _ gradient: UnsafeMutablePointer<Element>?,
        _ share: Element
    ) -> Element {
        let count = outputs.count
        var sum: Element = 0
        for index in 0..<count {
            let target: Element = count == 1 ? Element(label) : index == label ? 1 : 0
            let difference = values[index] - target
            sum += difference * difference
            gradient?[index] = 2 * difference * share / Element(count)
        }
        return sum / Element(count)
    }
}
