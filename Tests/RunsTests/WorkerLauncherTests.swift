import Foundation
import Runs
import Testing

@Suite
struct WorkerLauncherTests {
    @Test func aWorkerThatFailsAtOnceHasTheLastWord() throws {
        let run = try TemporaryRun()
        try run.write(Array("an older line\n".utf8), to: run.directory.workerLog)
        let fault = #expect(throws: WorkerLaunchError.self) {
            try WorkerLauncher.launch(
                executable: "/bin/sh", ["-c", "echo first; echo 'cnntop: no such preset' >&2; echo; exit 2"],
                for: run.directory, patience: 30)
        }
        // The program puts its own name before every fault; twice would be once too often.
        #expect(fault?.description == "no such preset")
        #expect(fault?.exitCode == 2)
    }

    @Test func aWorkerThatDiesWithoutAWordIsReportedWithItsSignal() throws {
        let run = try TemporaryRun()
        let fault = #expect(throws: WorkerLaunchError.self) {
            try WorkerLauncher.launch(
                executable: "/bin/sh", ["-c", "kill -9 $$"], for: run.directory, patience: 30)
        }
        #expect(fault == .ended(exitCode: 137, line: nil, log: run.directory.workerLog))
        #expect(fault?.exitCode == 4)
    }

    @Test func aWorkerHasASessionOfItsOwnAndNoneOfOurDescriptors() throws {
        let run = try TemporaryRun()
        // Ends by itself and well: then there is nothing to report.
        let script = "cat /proc/self/stat; ls -l /proc/self/fd; exit 0"
        let process = try WorkerLauncher.launch(
            executable: "/bin/sh", ["-c", script], for: run.directory, patience: 30)
        let log = String(decoding: try run.bytes(of: run.directory.workerLog), as: UTF8.self)
        let status = log.split(separator: "\n").first.map { $0.split(separator: " ") } ?? []
        // Fields of proc(5): 5 the process group, 6 the session, 7 the controlling terminal.
        #expect(
            status.count > 6 && status[4] == "\(process)" && status[5] == "\(process)" && status[6] == "0")
        #expect(log.contains("0 -> /dev/null"))
        #expect(!log.contains("socket:"))
    }

    @Test func aProgramThatIsNotThereIsAFault() throws {
        let run = try TemporaryRun()
        let fault = #expect(throws: WorkerLaunchError.self) {
            try WorkerLauncher.launch(executable: "/nowhere/cnntop", [], for: run.directory, patience: 30)
        }
        #expect(
            fault?.description.hasPrefix("/nowhere/cnntop: cannot start the worker: No such file") == true)
    }
}
