import Runs

/// What a support vector machine's search has tried so far.
public struct SearchState: Sendable, Equatable {
    public private(set) var points: [SearchPoint] = []
    /// The values of the grid, ascending; γ without one of them is one column.
    public private(set) var costs: [Double] = []
    public private(set) var gammas: [Double] = []

    /// A grid of more pairs is not kept whole.
    private static let mostPoints = 10_000

    func taking(_ point: SearchPoint) -> SearchState {
        guard points.count < Self.mostPoints, point.costs.count <= Self.mostPoints,
            point.gammas.count <= Self.mostPoints
        else { return self }
        var taken = self
        if point.costs != costs || point.gammas != gammas {
            taken = SearchState()
            (taken.costs, taken.gammas) = (point.costs, point.gammas)
        }
        taken.points.append(point)
        return taken
    }

    /// The highest accuracy; among equals the smallest cost, then the smallest γ: the smoothest boundary.
    public var best: SearchPoint? {
        points.filter { !$0.accuracy.isNaN }.max { one, other in
            (one.accuracy, -one.cost, -(one.gamma ?? 0)) < (other.accuracy, -other.cost, -(other.gamma ?? 0))
        }
    }

    /// The lowest and the highest accuracy.
    public var range: (low: Double, high: Double) {
        let all = points.map(\.accuracy).filter(\.isFinite)
        return (all.min() ?? 0, all.max() ?? 0)
    }
}
