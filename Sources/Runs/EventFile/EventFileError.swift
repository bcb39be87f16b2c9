/// Why the log of a run could not be written.
public enum EventFileError: Error, Equatable, CustomStringConvertible {
    case notCreated(path: String, SystemFault)
    /// Nothing of the batch was kept and nothing earlier is damaged: append the same events again once there is room.
    case diskFull(path: String, SystemFault)
    /// As for `diskFull`, the file ends with its last good record.
    case notWritten(path: String, SystemFault)

    public var description: String {
        switch self {
        case .notCreated(let path, let fault): "\(path): cannot begin this event file: \(fault)"
        case .diskFull(let path, let fault): "\(path): cannot log: \(fault); free some space, then resume"
        case .notWritten(let path, let fault): "\(path): cannot log: \(fault)"
        }
    }
}
