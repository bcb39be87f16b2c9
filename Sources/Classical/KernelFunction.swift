/// What a support vector machine takes for the likeness of two feature vectors.
public enum KernelFunction: Sendable, Equatable {
    /// `u·v`
    case linear
    /// `(γ·u·v + offset)^degree`
    case polynomial(degree: Int, gamma: Double, offset: Double)
    /// `exp(−γ·|u − v|²)`
    case rbf(gamma: Double)
    /// `tanh(γ·u·v + offset)`
    case sigmoid(gamma: Double, offset: Double)

    /// The same kind with another γ; the linear kernel has none.
    public func with(gamma: Double) -> KernelFunction {
        switch self {
        case .linear: .linear
        case .polynomial(let degree, _, let offset): .polynomial(degree: degree, gamma: gamma, offset: offset)
        case .rbf: .rbf(gamma: gamma)
        case .sigmoid(_, let offset): .sigmoid(gamma: gamma, offset: offset)
        }
    }

    public var gamma: Double? {
        switch self {
        case .linear: nil
        case .polynomial(_, let gamma, _), .rbf(let gamma), .sigmoid(let gamma, _): gamma
        }
    }

    /// As LIBSVM's model files spell it.
    public var name: String {
        switch self {
        case .linear: "linear"
        case .polynomial: "polynomial"
        case .rbf: "rbf"
        case .sigmoid: "sigmoid"
        }
    }
}
