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

    /// Keeps and passes on an event.
    ///
    /// - Throws: when it could not be kept (a full disk). The trainer then pauses and says the same event again later,
    ///   so an event that was refused must not have been passed on.
    func report(_ event: RunEvent) throws
}

/// Seconds from a fixed but arbitrary point; never goes back.
public typealias Clock = () -> Double
