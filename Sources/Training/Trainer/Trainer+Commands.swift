import Datasets
import Runs

extension Trainer {
    /// A user's wish to end the run, or the trainer's own.
    struct Stop {
        var reason = StopReason.stoppedByUser
        var saving: Bool
    }

    /// Obeys what came in since the last iteration; while paused, waits for more. A wish to stop, if there is one.
    func obeyCommands() -> Stop? {
        while true {
            let mayWait = pause.isOn && pause.steps == 0
            if mayWait { rest() }
            for command in supervisor.takeCommands(waiting: mayWait) {
                if case .stop(let saving) = command { return Stop(saving: saving) }
                obey(command)
            }
            if !pause.isOn { return nil }
            switch patienceNow() {
            case .waiting: break
            case .tryingAgain: goOnAlone()
            case .exhausted: return Stop(reason: .gaveUp, saving: true)
            }
            if pause.steps > 0 {
                pause.steps -= 1
                observer.skip(to: clock())
                return nil
            }
        }
    }

    private func obey(_ command: RunCommand) {
        switch command {
        case .pause:
            pause.isOn = true
            pause.isAnnounced = false
        case .resume: resume(command)
        case .step:
            guard pause.reason == nil || retry(command) else { return }
            pause.isOn = true
            pause.isAnnounced = false
            pause.steps += 1
        case .checkpoint:
            guard folder != nil else { return refuse(command, "this run has no directory to write it to") }
            saveCheckpoint()
        case .set(let key, let value): edit(key, to: value, command)
        case .showExample(let step):
            guard experiment.validation.count > 0 else {
                return refuse(command, "there are no validation samples")
            }
            inspector.move(step)
            showExample()
        case .stop, .observe: break
        }
    }

    /// Says that the run waits, once for every time it begins to; what happened until now goes to the log at once,
    /// unless a fault of the world is what the run waits for.
    private func rest() {
        if !pause.isAnnounced {
            pause.isAnnounced = true
            supervisor.report(.activityChanged(.paused(reason: pause.reason)))
        }
        if pause.reason == nil { keepEvents() }
    }

    private func resume(_ command: RunCommand) {
        guard !pause.isOn || retry(command) else { return }
        if pause.isOn { observer.skip(to: clock()) }
        pause = Pause()
        supervisor.report(.activityChanged(.training))
    }

    /// Goes on if what was in the way is no longer.
    private func goOnAlone() {
        do { try makeUp() } catch { return pauseFor(String(describing: error)) }
        observer.skip(to: clock())
        pause = Pause()
        supervisor.report(.activityChanged(.training))
    }

    /// Does again what a fault of the world prevented; whether it worked.
    private func retry(_ command: RunCommand) -> Bool {
        do { try makeUp() } catch {
            refuse(command, String(describing: error))
            return false
        }
        pause.owesCheckpoint = false
        pause.forgetFault()
        return true
    }

    private func makeUp() throws {
        try supervisor.keepEvents()
        if pause.owesCheckpoint { try writeCheckpoint(checkpoint()) }
    }

    func refuse(_ command: RunCommand, _ reason: String) {
        supervisor.report(.refused(command, reason: reason))
    }
}
