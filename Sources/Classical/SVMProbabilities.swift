import Glibc

extension SVMModel {
    /// Probability of each class, in the order of `labels`, from a sample's decision values.
    ///
    /// Each pair's decision value becomes a probability through its fitted sigmoid (Platt); the pairs are coupled by the
    /// second method of Wu, Lin, Weng, "Probability estimates for multi-class classification by pairwise coupling", JMLR 5
    /// (2004) 975.
    public func probabilities(of decisions: [Double]) -> [Double] {
        precondition(givesProbabilities, "the model was trained without probabilities")
        let count = labels.count
        var pairwise = Array(repeating: Array(repeating: 0.0, count: count), count: count)
        var pair = 0
        for i in 0..<count {
            for j in i + 1..<count {
                let p = Self.sigmoid(decisions[pair] * probabilityA[pair] + probabilityB[pair])
                // As LIBSVM: never quite certain.
                pairwise[i][j] = min(max(p, 1e-7), 1 - 1e-7)
                pairwise[j][i] = 1 - pairwise[i][j]
                pair += 1
            }
        }
        if count == 2 { return [pairwise[0][1], pairwise[1][0]] }
        return Self.coupled(pairwise)
    }

    /// `1 / (1 + exp(x))` without overflow.
    private static func sigmoid(_ x: Double) -> Double {
        x >= 0 ? exp(-x) / (1 + exp(-x)) : 1 / (1 + exp(x))
    }

    /// Minimises `½ pᵀQp` with `Σp = 1`, where `Q[t][t] = Σ r[j][t]²` and `Q[t][j] = −r[j][t]·r[t][j]`, one coordinate
    /// after the other.
    private static func coupled(_ r: [[Double]]) -> [Double] {
        let count = r.count
        var q = r.map { $0.map { _ in 0.0 } }
        for t in 0..<count {
            for j in 0..<count where j != t {
                q[t][t] += r[j][t] * r[j][t]
                q[t][j] = -r[j][t] * r[t][j]
            }
        }
        var p = Array(repeating: 1 / Double(count), count: count)
        for _ in 0..<max(100, count) {
            var qp = q.map { row in zip(row, p).reduce(0) { $0 + $1.0 * $1.1 } }
            var pqp = zip(p, qp).reduce(0) { $0 + $1.0 * $1.1 }
            let worst = qp.map { abs($0 - pqp) }.max() ?? 0
            if worst < 0.005 / Double(count) { break }
            for t in 0..<count {
                let change = (pqp - qp[t]) / q[t][t]
                p[t] += change
                let norm = 1 + change
                pqp = (pqp + change * (change * q[t][t] + 2 * qp[t])) / norm / norm
                for j in 0..<count {
                    qp[j] = (qp[j] + change * q[t][j]) / norm
                    p[j] /= norm
                }
            }
        }
        return p
    }
}
