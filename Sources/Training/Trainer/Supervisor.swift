import Runs

/// The world as the trainer sees it: where commands come from and events go to.
///
/// Called from the trainer's thread only, between iterations; nothing here may block while training goes on.
public protocol Supervisor: AnyObject {
    /// The commands that came in since it was last asked, in their order.
    ///
    /// - Parameter waiting: the trainer is paused and has nothing to do; wait a moment (some 50 ms) for a command.
    func takeCommands(waiting: Bool) -> [RunCommand]

    /// The costly observations that somebody wants now.
    var wantedObservations: Set<Observation> { get }

    /// Takes an event, to be kept in the log and passed on to whoever looks.
    func report(_ event: RunEvent)

    /// Passes on an event that is not worth keeping, such as one of ten observations a second.
    func show(_ event: RunEvent)

    /// Sees that what was reported is kept, now or soon.
    ///
    /// - Throws: when it cannot be, as on a full disk. The events wait; the trainer pauses and calls again on resume.
    func keepEvents() throws
}

extension Supervisor {
    /// For work that can only be stopped: whether somebody wants that; other commands are refused with the reason.
    func isToldToStop(refusingOthers reason: String) -> Bool {
        var stops = false
        for command in takeCommands(waiting: false) {
            switch command {
            case .stop: stops = true
            case .observe: break
            default: report(.refused(command, reason: reason))
            }
        }
        return stops
    }
}

/// Seconds from a fixed but arbitrary point; never goes back.
public typealias Clock = () -> Double
