/// Why a run's control socket could not be opened or used.
public enum ControlError: Error, Equatable, CustomStringConvertible {
    case notOpened(path: String, SystemFault)
    case notConnected(path: String, SystemFault)

    public var description: String {
        switch self {
        case .notOpened(let path, let fault):
            "\(path): cannot listen for dashboards: \(fault); is the run directory on a file system without sockets?"
        case .notConnected(let path, let fault):
            "\(path): no worker answers here: \(fault)"
        }
    }
}
