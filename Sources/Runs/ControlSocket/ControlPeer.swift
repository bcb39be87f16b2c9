import Glibc

/// One connected client as the server sees it: what it has sent so far and what it has yet to receive.
struct ControlPeer {
    let id: ClientID
    let descriptor: Int32
    var wanted: Set<Observation> = []
    private(set) var isGone = false
    private var input = LineBuffer(longestLine: 1 << 16)
    private var output: [[UInt8]] = []
    /// Bytes of `output.first` that are sent already.
    private var sentOfFirst = 0
    private var queuedBytes = 0
    private var leavesWhenSent = false

    /// Beyond it, observations are not queued any more; a client catches up with the next one.
    static let roomForObservations = 1 << 18
    /// Beyond it, the client does not read and is dropped.
    static let room = 1 << 22

    init(id: ClientID, descriptor: Int32) {
        self.id = id
        self.descriptor = descriptor
    }

    var hasOutput: Bool { !output.isEmpty }

    mutating func queue(_ line: [UInt8], isObservation: Bool) {
        if isObservation && queuedBytes > 0 && queuedBytes + line.count > Self.roomForObservations { return }
        output.append(line)
        queuedBytes += line.count
        if queuedBytes > Self.room { isGone = true }
    }

    /// What the client has sent: whole lines, and whether one is too long to go on with.
    mutating func receive() -> (lines: [[UInt8]], isOverfull: Bool) {
        var room = [UInt8](repeating: 0, count: 1 << 14)
        // A few rounds at most, so that one chatterbox does not keep the others waiting.
        for _ in 0..<4 {
            let count = recv(descriptor, &room, room.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                input.append(room[..<count])
                continue
            }
            if count < 0 && (errno == EAGAIN || errno == EINTR) { break }
            isGone = true
            break
        }
        return (input.takeLines(), input.isOverfull)
    }

    /// No more is read from it; it is closed once it has what is queued.
    mutating func dismiss() { leavesWhenSent = true }
    var isDismissed: Bool { leavesWhenSent }

    mutating func send() {
        while let first = output.first {
            let count = first.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress?.advanced(by: sentOfFirst), first.count - sentOfFirst,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count >= 0 else {
                if errno != EAGAIN && errno != EINTR { isGone = true }
                return
            }
            sentOfFirst += count
            guard sentOfFirst == first.count else { return }
            output.removeFirst()
            queuedBytes -= first.count
            sentOfFirst = 0
        }
        if leavesWhenSent { isGone = true }
    }
}
