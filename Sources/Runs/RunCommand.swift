/// Everything a dashboard or a script can ask of the trainer; obeyed between two iterations.
public enum RunCommand: Sendable, Equatable, Codable {
    case pause
    case resume
    /// One iteration, then paused again.
    case step
    case stop(saving: Bool)
    case checkpoint
    /// Values travel as the text a user types; the trainer parses, checks and answers `changed` or `refused`.
    case set(key: String, value: String)
    /// Which costly observations this client wants from now on; replaces its earlier wish.
    case observe(Set<Observation>)
    /// Another validation sample for the `example` observation.
    case showExample(ExampleStep)
}

/// What the trainer makes only while somebody asks for it.
public enum Observation: String, Sendable, Hashable, Codable {
    case filters, layers, example, wrong
}
