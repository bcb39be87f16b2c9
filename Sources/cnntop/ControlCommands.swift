import ArgumentParser
import Runs

/// What the dashboard's keys do, for scripts.
protocol ControlCommand: ParsableCommand {
    var target: RunArgument { get }
    var commands: [RunCommand] { get throws }
    /// Whether an event says that the worker has obeyed.
    func isAnswer(_ event: RunEvent) -> Bool
}

extension ControlCommand {
    mutating func run() throws { try tellWorker() }

    /// Sends the commands and waits for each answer.
    func tellWorker() throws {
        let directory = try target.find()
        let client = ControlClient(directory)
        do { try client.connect() } catch { throw ControlFault.noWorker(run: directory.name) }
        // What the worker is doing comes at once to every new client; only what follows is an answer.
        while client.wait(seconds: 0.02) { _ = client.poll() }
        for command in try commands {
            client.send(command)
            try awaitAnswer(client, directory, to: command)
        }
    }

    private func awaitAnswer(_ client: ControlClient, _ directory: RunDirectory, to command: RunCommand)
        throws
    {
        let deadline = monotonicSeconds() + 10
        while monotonicSeconds() < deadline {
            _ = client.wait(seconds: 0.1)
            for event in client.poll() {
                if case .refused(_, let reason) = event {
                    throw ControlFault.refused(run: directory.name, command: command, reason: reason)
                }
                guard isAnswer(event) else { continue }
                var lines = ProgressLines()
                print("\(directory.name): " + (lines.line(for: event) ?? command.words))
                return
            }
            guard client.isConnected else {
                if case .stop = command { return }
                throw ControlFault.workerLeft(run: directory.name)
            }
        }
        throw ControlFault.noAnswer(run: directory.name, command: command)
    }
}

struct PauseCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Pause a run after the present iteration.")
    @OptionGroup var target: RunArgument
    var commands: [RunCommand] { [.pause] }

    func isAnswer(_ event: RunEvent) -> Bool {
        if case .activityChanged(.paused) = event { return true }
        return false
    }
}

struct ResumeCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused run go on.",
        discussion: "A run that is over or died is continued with `cnntop train --resume`.")
    @OptionGroup var target: RunArgument
    var commands: [RunCommand] { [.resume] }

    func isAnswer(_ event: RunEvent) -> Bool {
        if case .activityChanged(.training) = event { return true }
        return false
    }
}

struct StepCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Train one iteration, then pause.")
    @OptionGroup var target: RunArgument
    var commands: [RunCommand] { [.step] }

    func isAnswer(_ event: RunEvent) -> Bool {
        if case .activityChanged(.paused) = event { return true }
        return false
    }
}

struct StopCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop a run and save its network.")
    @OptionGroup var target: RunArgument
    @Flag(help: "Stop without saving.") var discard = false
    var commands: [RunCommand] { [.stop(saving: !discard)] }

    func isAnswer(_ event: RunEvent) -> Bool {
        if case .stopped = event { return true }
        return false
    }
}

struct CheckpointCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Save a checkpoint now.")
    @OptionGroup var target: RunArgument
    var commands: [RunCommand] { [.checkpoint] }

    func isAnswer(_ event: RunEvent) -> Bool {
        if case .checkpointed = event { return true }
        return false
    }
}
