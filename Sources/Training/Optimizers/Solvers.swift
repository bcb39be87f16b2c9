import Glibc
import Tensors

// The solvers' steps, elementwise, `α` being the learning rate times the tensor's factor. Formulas as in
// https://www.mathworks.com/help/deeplearning/ref/trainingoptions.html, "Algorithms".
extension Optimizer {
    /// Stochastic gradient descent with momentum: `v = γ v − α g`, `w = w + v`.
    ///
    /// The learning rate is inside `v`, so an edit takes hold over a few iterations (Murphy, "Machine Learning", 2012).
    func stepSGDM(
        _ values: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>, _ learnRate: Double,
        _ options: Options
    ) {
        let momentum = Float(options.momentum)
        let rate = Float(learnRate)
        let velocity = firstMoment.base
        forEachBlock { block in
            let alpha = rate * block.learnRateFactor
            let w = values + block.start
            let g = gradients + block.start
            let v = velocity + block.start
            for i in 0..<block.count {
                let step = momentum * v[i] - alpha * g[i]
                v[i] = step
                w[i] += step
            }
        }
    }

    /// `m = β₁ m + (1 − β₁) g`, `v = β₂ v + (1 − β₂) g²`, `w = w − α m̂ / (√v̂ + ε)` with `m̂ = m / (1 − β₁ᵗ)` and
    /// `v̂ = v / (1 − β₂ᵗ)` (Kingma and Ba, https://arxiv.org/abs/1412.6980).
    func stepAdam(
        _ values: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>, _ learnRate: Double,
        _ options: Options
    ) {
        let beta1 = Float(options.gradientDecayFactor)
        let beta2 = Float(options.squaredGradientDecayFactor)
        let epsilon = Float(options.epsilon)
        let rate = Float(learnRate / (1 - pow(options.gradientDecayFactor, Double(steps))))
        let correction = Float(1 / (1 - pow(options.squaredGradientDecayFactor, Double(steps))))
        let mean = firstMoment.base
        let square = secondMoment.base
        forEachBlock { block in
            let alpha = rate * block.learnRateFactor
            let w = values + block.start
            let g = gradients + block.start
            let m = mean + block.start
            let v = square + block.start
            for i in 0..<block.count {
                let first = beta1 * m[i] + (1 - beta1) * g[i]
                let second = beta2 * v[i] + (1 - beta2) * (g[i] * g[i])
                m[i] = first
                v[i] = second
                w[i] -= alpha * first / ((second * correction).squareRoot() + epsilon)
            }
        }
    }

    /// `v = β₂ v + (1 − β₂) g²`, `w = w − α g / (√v + ε)` (Hinton, "Neural Networks for Machine Learning", lecture 6).
    func stepRMSProp(
        _ values: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>, _ learnRate: Double,
        _ options: Options
    ) {
        let beta2 = Float(options.squaredGradientDecayFactor)
        let epsilon = Float(options.epsilon)
        let rate = Float(learnRate)
        let square = secondMoment.base
        forEachBlock { block in
            let alpha = rate * block.learnRateFactor
            let w = values + block.start
            let g = gradients + block.start
            let v = square + block.start
            for i in 0..<block.count {
                let second = beta2 * v[i] + (1 - beta2) * (g[i] * g[i])
                v[i] = second
                w[i] -= alpha * g[i] / (second.squareRoot() + epsilon)
            }
        }
    }
}
