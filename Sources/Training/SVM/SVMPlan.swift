import Classical
import Yams

/// A preset's `svm:`, in place of a network.
public struct SVMPlan: Sendable, Equatable {
    /// What is trained with, where nothing is searched for.
    public var settings: SVMSettings
    /// Where the cost and γ come from cross-validation.
    public var search: GridSearch?
    /// Whether each γ is divided by the number of features: where those have variance 1, the same figures then serve
    /// for any number of them.
    public var sharesGamma: Bool

    public init(settings: SVMSettings, search: GridSearch? = nil, sharesGamma: Bool = false) {
        self.settings = settings
        self.search = search
        self.sharesGamma = sharesGamma
    }

    /// The plan for samples of so many features: with each γ as the kernel takes it.
    func forSamples(of features: Int) -> SVMPlan {
        guard sharesGamma, let gamma = settings.kernel.gamma else { return self }
        var plan = self
        plan.settings.kernel = settings.kernel.with(gamma: gamma / Double(features))
        plan.search?.gammas = search?.gammas.map { $0 / Double(features) } ?? []
        plan.sharesGamma = false
        return plan
    }

    /// As a preset spells it, without the key `svm`.
    var lines: [String] {
        let kernel = settings.kernel
        var lines = ["kernel: \(kernel.name)", "cost: \(optionText(settings.cost))"]
        if let gamma = kernel.gamma { lines.append("gamma: \(optionText(gamma))") }
        if sharesGamma { lines.append("gammaScale: features") }
        switch kernel {
        case .polynomial(let degree, _, let offset):
            lines += ["degree: \(degree)", "offset: \(optionText(offset))"]
        case .sigmoid(_, let offset): lines.append("offset: \(optionText(offset))")
        default: break
        }
        lines.append("balanced: \(settings.balancesClasses)")
        lines.append("probabilities: \(settings.givesProbabilities)")
        lines.append("tolerance: \(optionText(settings.tolerance))")
        if let search {
            let list = { (values: [Double]) in values.map { optionText($0) }.joined(separator: ", ") }
            lines.append(
                "search: {costs: [\(list(search.costs))], gammas: [\(list(search.gammas))], folds: \(search.folds)}"
            )
        }
        return lines
    }
}

/// Reads `svm:`.
enum SVMReader {
    private static let keys = [
        "kernel", "cost", "gamma", "degree", "offset", "balanced", "probabilities", "tolerance", "search",
        "gammaScale",
    ]

    static func read(_ node: PresetNode) throws(PresetError) -> SVMPlan {
        let fields = try node.fields(of: "svm", known: keys)
        let kernels = ["linear", "polynomial", "rbf", "sigmoid"]
        let name =
            try fields["kernel"].map { (node) throws(PresetError) in try node.choice(kernels) } ?? "rbf"
        let gamma = try fields.real("gamma", positive, like: 0.1) ?? 0.1
        let offset = try fields.real("offset", -1e9...1e9, like: 0) ?? 0
        let degree = try fields.integer("degree", 1...100, like: 3) ?? 3
        let kernel: KernelFunction =
            switch name {
            case "linear": .linear
            case "polynomial": .polynomial(degree: degree, gamma: gamma, offset: offset)
            case "sigmoid": .sigmoid(gamma: gamma, offset: offset)
            default: .rbf(gamma: gamma)
            }
        let settings = SVMSettings(
            kernel: kernel, cost: try fields.real("cost", positive, like: 10) ?? 1,
            balancesClasses: try fields["balanced"]?.toggle() ?? false,
            givesProbabilities: try fields["probabilities"]?.toggle() ?? false,
            tolerance: try fields.real("tolerance", 1e-9...1, like: 0.001) ?? 1e-3)
        let scale = try fields["gammaScale"]?.choice(["one", "features"])
        return SVMPlan(
            settings: settings, search: try fields["search"].map(search), sharesGamma: scale == "features")
    }

    private static func search(_ node: PresetNode) throws(PresetError) -> GridSearch {
        let fields = try node.fields(of: "search", known: ["costs", "gammas", "folds"])
        let standard = (costs: [0.1, 1, 10, 100, 1000], gammas: [0.001, 0.01, 0.1, 1])
        return GridSearch(
            costs: try fields["costs"].map(numbers) ?? standard.costs,
            gammas: try fields["gammas"].map(numbers) ?? standard.gammas,
            folds: try fields.integer("folds", 2...100, like: 5) ?? 5)
    }

    private static func numbers(_ node: PresetNode) throws(PresetError) -> [Double] {
        let expected = "a list of numbers above 0, like [1, 10, 100]"
        var numbers: [Double] = []
        for item in try node.list(expected: expected) { numbers.append(try item.real(positive, like: 10)) }
        guard !numbers.isEmpty else {
            throw node.error(.wrongKind(of: node.name, found: "an empty list", expected: expected))
        }
        return numbers
    }

    private static let positive = 1e-12...1e12
}
