extension RunEvent {
    /// The last iteration that had finished when this was said; `nil` for what belongs to none.
    public var iteration: Int? {
        switch self {
        case .described(let description): description.firstIteration
        case .planned(let plan): plan.iteration
        case .iterationFinished(let record): record.iteration
        case .epochFinished(_, let iteration): iteration
        case .validated(let record): record.iteration
        case .filtersObserved(let filters): filters.iteration
        case .layersObserved(_, let iteration): iteration
        case .exampleObserved(let example): example.iteration
        case .wrongObserved(let wrong): wrong.iteration
        case .tried(let point): point.iteration
        case .changed(let change): change.iteration
        case .checkpointed(let iteration, _, _): iteration
        case .noted(let note): note.iteration
        case .stopped(let record): record.iteration
        case .activityChanged, .refused, .measured: nil
        }
    }

    /// Whether it is made only while a client asks for it; such events come live over the socket.
    public var isObservation: Bool {
        switch self {
        case .filtersObserved, .layersObserved, .exampleObserved, .wrongObserved: true
        default: false
        }
    }
}
