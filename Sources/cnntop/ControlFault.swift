import Runs

/// Why a running training could not be told something.
enum ControlFault: ExitCoded, CustomStringConvertible {
    case noWorker(run: String)
    case workerLeft(run: String)
    case noAnswer(run: String, command: RunCommand)
    case refused(run: String, command: RunCommand, reason: String)
    case notAssignment(String)
    /// One of several changes makes no sense.
    case nothingChanged(reason: String)
    case noDetector(run: String, classes: Int)
    case notAThreshold(String)

    var description: String {
        switch self {
        case .noWorker(let run): "\(run): not going, so there is nothing to tell it; see `cnntop runs`"
        case .workerLeft(let run): "\(run): the worker ended before it answered; see `cnntop runs`"
        case .noAnswer(let run, let command):
            "\(run): no answer to '\(command.words)' within 10 s; it will be obeyed after the present iteration"
        case .refused(let run, let command, let reason): "\(run): refused '\(command.words)': \(reason)"
        case .nothingChanged(let reason): "\(reason) (nothing was changed)"
        case .noDetector(let run, let classes):
            "\(run): a threshold is for two classes and this run has \(classes); data.detect=CLASS trains a detector"
        case .notAThreshold(let text): "threshold=\(text): expected a number, or own for the detector's own"
        case .notAssignment(let text): "'\(text)' is not key=value, for instance initialLearnRate=0.001"
        }
    }

    var exitCode: Int32 {
        if case .workerLeft = self { return ProgramExit.workerDied }
        return 2
    }
}
