import Runs

/// An error that ends the program with a code of its own instead of 2.
protocol ExitCoded: Error {
    var exitCode: Int32 { get }
}

extension WorkerLaunchError: ExitCoded {}

/// How the program ends (see `cnntop --help`).
enum ProgramExit {
    static let planned: Int32 = 0
    static let notSaved: Int32 = 2
    static let diverged: Int32 = 3
    static let workerDied: Int32 = 4

    static func code(for reason: StopReason) -> Int32 {
        switch reason {
        case .diverged: diverged
        case .gaveUp: notSaved
        case .maxEpochsReached, .validationPatienceExhausted, .fitted, .stoppedByUser: planned
        }
    }
}
