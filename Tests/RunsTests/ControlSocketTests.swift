import Foundation
import Runs
import Testing

/// The control socket: many clients, good and bad, and a trainer that never waits for them.
@Suite
struct ControlSocketTests {
    @Test func commandsArriveInOrderAndEventsComeBack() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        let client = try connectedClient(run.directory)
        let commands: [RunCommand] = [
            .pause, .step, .set(key: "momentum", value: "0.9"), .resume, .checkpoint, .stop(saving: false),
        ]
        for command in commands { client.send(command) }
        #expect(receive(commands.count, from: server).map(\.command) == commands)
        for event in Sample.live + Sample.logged { server.publish(event) }
        client.send(.observe([.filters, .layers]))
        let expected = (Sample.live + Sample.logged).filter { event in
            if case .iterationFinished = event { return false }
            return !event.isObservation
        }
        #expect(read(expected.count, from: client).filter { !$0.isObservation } == expected)
    }

    @Test func commandsSentBeforeTheWorkerListensArriveWithTheConnection() throws {
        let run = try TemporaryRun()
        let client = ControlClient(run.directory)
        client.send(.observe([.filters]))
        client.send(.set(key: "momentum", value: "0.8"))
        #expect(throws: ControlError.self) { try client.connect() }
        client.send(.observe([.layers]))
        client.send(.pause)
        let server = try ControlServer(run.directory)
        defer { server.close() }
        try client.connect()
        #expect(receive(2, from: server).map(\.command) == [.set(key: "momentum", value: "0.8"), .pause])
        #expect(server.wanted == [.layers], "of wishes the latest, and before the commands")
        #expect(client.takeUnsent().isEmpty)
    }

    @Test func commandsThatNoWorkerGotAreGivenBackOnce() throws {
        let run = try TemporaryRun()
        let client = ControlClient(run.directory)
        for command in [.observe([.filters]), .pause, .step] as [RunCommand] { client.send(command) }
        #expect(client.takeUnsent() == [.pause, .step])
        let server = try ControlServer(run.directory)
        defer { server.close() }
        try client.connect()
        client.send(.resume)
        #expect(receive(1, from: server).map(\.command) == [.resume])
    }

    @Test func whatAWorkerLeftUnreadGoesToTheNextOne() throws {
        let run = try TemporaryRun()
        // Connects, but is never read from: the socket fills up, and what has no room waits in the client.
        let deaf = try RawClient.bindOnly(run.directory)
        #expect(listen(deaf, 1) == 0)
        let client = try connectedClient(run.directory)
        let value = String(repeating: "9", count: 10_000)
        for index in 0..<100 { client.send(.set(key: "\(index)", value: value)) }
        close(deaf)
        while client.isConnected { _ = client.poll() }
        client.send(.pause)
        let server = try ControlServer(run.directory)
        defer { server.close() }
        try client.connect()
        var commands: [RunCommand] = []
        #expect(
            eventually {
                _ = client.poll()
                commands += server.takeCommands().map(\.command)
                return commands.last == .pause
            })
        #expect(commands.count > 10 && commands.count < 100, "\(commands.count)")
        let isWhole = commands.dropLast().allSatisfy { command in
            if case .set(_, value) = command { true } else { false }
        }
        #expect(isWhole, "a command that was sent in part comes again as a whole")
    }

    @Test func theSocketIsForTheSameUserOnly() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        var status = stat()
        #expect(stat(run.directory.socketPath, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test(arguments: [60, 95, 107, 108, 200, 1000])
    func pathsOfAnyLengthWork(length: Int) throws {
        let run = try TemporaryRun()
        var path = run.folder
        while path.utf8.count < length { path += "/" + String(repeating: "x", count: min(200, length)) }
        let directory = try RunDirectory.create(at: path)
        let server = try ControlServer(directory)
        defer { server.close() }
        let client = try connectedClient(directory)
        client.send(.pause)
        #expect(receive(1, from: server).map(\.command) == [.pause])
    }

    @Test func observationsGoToThoseWhoWantThem() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        let (one, two) = (try connectedClient(run.directory), try connectedClient(run.directory))
        one.send(.observe([.filters]))
        two.send(.observe([.layers]))
        #expect(eventually { server.wanted == [.filters, .layers] })
        server.publish(Sample.filters(7))
        let end = RunEvent.noted(Note(.information, "end", iteration: 7))
        server.publish(end)
        #expect(read(2, from: one) == [Sample.filters(7), end])
        #expect(read(1, from: two) == [end])
        one.disconnect()
        #expect(eventually { server.wanted == [.layers] })
        two.send(.observe([]))
        #expect(eventually { server.wanted.isEmpty })
        #expect(server.hasClients)
        two.disconnect()
        #expect(eventually { !server.hasClients })
    }

    @Test func aClientThatComesLaterLearnsWhatIsGoingOn() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        let usage = RunEvent.measured(ResourceUsage(imagesPerSecond: 1, memoryMB: 2, threads: 3))
        for event in [.activityChanged(.preparing), .activityChanged(.training), usage] {
            server.publish(event)
        }
        let client = try connectedClient(run.directory)
        // It may have come before the server's thread had dealt with all of them: then it gets more, but these last.
        var events: [RunEvent] = []
        #expect(
            eventually {
                events += client.poll()
                return events.suffix(2) == [.activityChanged(.training), usage]
            }, "\(events)")
    }

    @Test func anAnswerGoesToTheOneWhoAsked() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        let (one, two) = (try connectedClient(run.directory), try connectedClient(run.directory))
        two.send(.resume)
        let asker = try #require(receive(1, from: server).first).client
        let answer = RunEvent.refused(.resume, reason: "not paused")
        let all = RunEvent.activityChanged(.finishing)
        server.answer(answer, to: asker)
        server.publish(all)
        #expect(read(2, from: two) == [answer, all])
        #expect(read(1, from: one) == [all])
    }

    @Test func garbageIsRefusedInOneLineAndHurtsNobody() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        let good = try connectedClient(run.directory)
        let bad = try RawClient(run.directory)
        bad.send(Array("what?\n{\"pause\":{\n\u{0}\u{1}\n".utf8) + [0xFF, 0xFE, 10])
        let answers = bad.readLines(4)
        #expect(answers.count == 4)
        #expect(answers.first?.contains("control socket: not a command: 'what?'") == true)
        good.send(.pause)
        #expect(receive(1, from: server).map(\.command) == [.pause])
    }

    @Test func aLineWithoutEndIsRefusedAndItsSenderDropped() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        let bad = try RawClient(run.directory)
        bad.send([UInt8](repeating: 65, count: 70_000))
        #expect(bad.readLines(1).first?.contains("more than 65536 bytes") == true)
        #expect(bad.isClosedByServer)
        #expect(eventually { !server.hasClients })
        let good = try connectedClient(run.directory)
        good.send(.pause)
        #expect(receive(1, from: server).map(\.command) == [.pause])
    }

    @Test func aClientThatNeverReadsLosesObservationsThenItsConnection() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        let slow = try RawClient(run.directory)
        slow.send(Array("{\"observe\":{\"_0\":[\"filters\"]}}\n".utf8))
        let good = try connectedClient(run.directory)
        #expect(eventually { server.wanted == [.filters] })
        // Far more than the kernel and the queue take, all of it to be dropped.
        for iteration in 0..<20_000 {
            server.publish(Sample.filters(iteration))
            if iteration.isMultiple(of: 1000) { _ = good.poll() }
        }
        server.publish(.activityChanged(.validating))
        #expect(eventually { good.poll().contains(.activityChanged(.validating)) })
        #expect(server.wanted == [.filters])
        // What may not be dropped ends the connection instead, and only that one.
        let text = String(repeating: "x", count: 100_000)
        for iteration in 0..<60 {
            server.publish(.noted(Note(.information, text, iteration: iteration)))
            _ = good.wait(seconds: 0.2)
            _ = good.poll()
        }
        #expect(eventually { server.wanted.isEmpty })
        #expect(good.isConnected && server.hasClients)
        withExtendedLifetime(slow) {}
    }

    @Test func aClientNoticesThatTheServerIsGoneAndComesBackToTheNext() throws {
        let run = try TemporaryRun()
        let first = try ControlServer(run.directory)
        let client = try connectedClient(run.directory)
        client.send(.observe([.layers]))
        #expect(eventually { first.wanted == [.layers] })
        first.publish(Sample.stop(9))
        first.close()
        #expect(eventually { client.poll().contains(Sample.stop(9)) || !client.isConnected })
        #expect(
            eventually {
                _ = client.poll(); return !client.isConnected
            })
        #expect(!FileManager.default.fileExists(atPath: run.directory.socketPath))
        let fault = #expect(throws: ControlError.self) { try client.connect() }
        #expect(fault == .notConnected(path: run.directory.socketPath, SystemFault(code: ENOENT)))
        let second = try ControlServer(run.directory)
        defer { second.close() }
        try client.connect()
        #expect(eventually { second.wanted == [.layers] })
    }

    @Test func aStaleSocketIsReplaced() throws {
        let run = try TemporaryRun()
        // A socket that is bound and that nobody listens on, as a killed worker leaves it.
        let dead = try RawClient.bindOnly(run.directory)
        close(dead)
        #expect(FileManager.default.fileExists(atPath: run.directory.socketPath))
        let server = try ControlServer(run.directory)
        defer { server.close() }
        _ = try connectedClient(run.directory)
    }

    @Test func waitingForCommandsEndsWithTheFirstOne() throws {
        let run = try TemporaryRun()
        let server = try ControlServer(run.directory)
        defer { server.close() }
        #expect(server.waitForCommands(seconds: 0).isEmpty)
        let client = try connectedClient(run.directory)
        client.send(.step)
        #expect(server.waitForCommands(seconds: 30).map(\.command) == [.step])
    }

    @Test func everyEventAndCommandSurvivesTheWire() throws {
        let coder = (JSONEncoder(), JSONDecoder())
        for event in Sample.logged + Sample.live where event != Sample.logged[3] {
            #expect(try coder.1.decode(RunEvent.self, from: coder.0.encode(event)) == event)
        }
    }

    @Test func sizesThatDoNotFitAreRefusedInsteadOfTrusted() throws {
        let lies = [
            #"{"filtersObserved":{"_0":{"layer":"c","iteration":1,"epoch":1,"count":4,"channels":3,"height":3,"width":3,"weights":"AAAA"}}}"#,
            #"{"filtersObserved":{"_0":{"layer":"c","iteration":1,"epoch":1,"count":-4,"channels":-1,"height":1,"width":1,"weights":"AAAAAAAAAAAAAAAAAAAAAA=="}}}"#,
            #"{"filtersObserved":{"_0":{"layer":"c","iteration":1,"epoch":1,"count":4611686018427387904,"channels":8,"height":3,"width":3,"weights":"AAAA"}}}"#,
        ]
        for lie in lies {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(RunEvent.self, from: Data(lie.utf8))
            }
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ConfusionMatrix.self, from: Data(#"{"classes":3,"counts":[1,2]}"#.utf8))
        }
    }
}
