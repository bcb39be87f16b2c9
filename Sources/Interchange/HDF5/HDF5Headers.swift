// Object headers: lists of messages in blocks, in an old form and one since HDF5 1.8.
extension HDF5File {
    struct Message {
        let type: Int
        let flags: Int
        let data: [UInt8]
    }

    private static let continuation = 0x10
    private static let mostMessages = 65_536

    func object(at address: Int) throws(WeightFileError) -> HDF5Object {
        let what = "an object's header"
        var cursor = try cursor(at: address, what)
        var object = HDF5Object()
        let messages: [Message]
        if try cursor.integer(1, what) == 1 {
            messages = try oldMessages(&cursor)
        } else {
            cursor = try self.cursor(at: address, what)
            messages = try newMessages(&cursor)
        }
        for message in messages { try take(message, into: &object) }
        return object
    }

    /// Version 1; the version byte has been read.
    private func oldMessages(_ cursor: inout ByteCursor) throws(WeightFileError) -> [Message] {
        let what = "an object's header"
        try cursor.skip(1, what)
        let count = try cursor.integer(2, what)
        try cursor.skip(4, what)
        let size = try cursor.integer(4, what)
        try cursor.skip(4, what)
        var messages: [Message] = []
        var blocks = [(cursor, size)]
        while var (block, size) = blocks.popLast(), messages.count < count {
            while size >= 8, messages.count < count {
                let type = try block.integer(2, what)
                let length = try block.integer(2, what)
                let flags = try block.integer(1, what)
                try block.skip(3, what)
                let data = try block.bytes(length, what)
                size -= 8 + length
                let message = Message(type: type, flags: flags, data: data)
                messages.append(message)
                if type == Self.continuation { blocks.append(try continued(message)) }
            }
        }
        return messages
    }

    /// Version 2, from its signature on.
    private func newMessages(_ cursor: inout ByteCursor) throws(WeightFileError) -> [Message] {
        let what = "an object's header"
        try expect("OHDR", &cursor, what)
        let version = try cursor.integer(1, what)
        guard version == 2 else { throw error(.damaged("an object's header of version \(version)")) }
        let flags = try cursor.integer(1, what)
        if flags & 0x20 != 0 { try cursor.skip(16, what) }
        if flags & 0x10 != 0 { try cursor.skip(4, what) }
        let size = try cursor.integer(1 << (flags & 3), what)
        let head = flags & 4 != 0 ? 6 : 4
        var messages: [Message] = []
        var blocks = [(cursor, size)]
        while var (block, size) = blocks.popLast() {
            while size >= head, messages.count < Self.mostMessages {
                let type = try block.integer(1, what)
                let length = try block.integer(2, what)
                let messageFlags = try block.integer(1, what)
                try block.skip(head - 4, what)
                let data = try block.bytes(length, what)
                size -= head + length
                let message = Message(type: type, flags: messageFlags, data: data)
                messages.append(message)
                guard type == Self.continuation else { continue }
                var (next, room) = try continued(message)
                try expect("OCHK", &next, what)
                room -= 8
                blocks.append((next, room))
            }
        }
        return messages
    }

    /// Where a header goes on, and for how many bytes.
    private func continued(_ message: Message) throws(WeightFileError) -> (ByteCursor, Int) {
        let what = "an object header's continuation"
        var data = ByteCursor(FileBytes(message.data, path: bytes.path))
        guard let address = try address(&data, what) else { throw error(.damaged("\(what) is nowhere")) }
        return (try cursor(at: address, what), try data.integer(lengthSize, what))
    }

    private func take(_ message: Message, into object: inout HDF5Object) throws(WeightFileError) {
        var data = ByteCursor(FileBytes(message.data, path: bytes.path))
        switch message.type {
        case 0x01: object.shape = try shape(&data)
        case 0x02: try refuseDense(&data, skipping: 8, "groups")
        case 0x03:
            // A named type, shared by several arrays, stands elsewhere.
            guard message.flags & 2 == 0 else {
                object.type = .other(size: 0, className: "a shared type")
                return
            }
            object.type = try type(&data)
        case 0x06: try takeLink(&data, into: &object)
        case 0x08: object.layout = try layout(&data)
        case 0x0b: object.filters = try filters(&data)
        case 0x0c: try takeAttribute(&data, into: &object)
        case 0x11: object.links = try symbols(&data)
        case 0x15: try refuseDense(&data, skipping: 2, "attributes")
        default: break
        }
    }

    /// Many links or attributes in the newest form live in a fractal heap, which h5py uses only when asked to.
    private func refuseDense(
        _ data: inout ByteCursor, skipping creationIndex: Int, _ what: String
    ) throws(WeightFileError) {
        try data.skip(1, what)
        if try data.integer(1, what) & 1 != 0 { try data.skip(creationIndex, what) }
        guard try address(&data, what) == nil else {
            throw error(
                .unsupported("HDF5's dense storage of \(what)", instead: "save with h5py's default libver"))
        }
    }
}
