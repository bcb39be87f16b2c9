/// What the horizontal axis of the plots counts.
public enum PlotAxis: String, Sendable, CaseIterable {
    case iteration, epoch, time
}

/// How both plots are drawn.
public struct PlotSettings: Sendable, Equatable {
    /// Weights of the past in the moving average; 0: not smoothed.
    public static let smoothingLevels: [Double] = [0, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995]

    public var axis: PlotAxis = .iteration
    public var isLogarithmic = false
    public var smoothing = 0.95
    /// The iterations in view; `nil`: all of the run, with room for what comes.
    public var window: ClosedRange<Double>?
    /// The iteration under the cursor; `nil`: no cursor.
    public var cursor: Double?

    public init() {}
}
