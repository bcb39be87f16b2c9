/// The boxes of the dashboard; the raw value is the digit that focuses it.
public enum Pane: Int, Sendable, Hashable, CaseIterable {
    case loss = 1
    case accuracy, filters, confusion, options, log, layers, example, detector

    public var title: String {
        switch self {
        case .loss: "loss"
        case .accuracy: "accuracy"
        case .filters: "filters"
        case .confusion: "confusion"
        case .options: "options"
        case .log: "log"
        case .layers: "layer health"
        case .example: "example"
        case .detector: "detector"
        }
    }

    public var isPlot: Bool { self == .loss || self == .accuracy }
}
