/// The operations that are carried out; any other is refused.
enum PickleOpcode: UInt8 {
    case mark = 0x28  // (
    case pop = 0x30  // 0
    case popMark = 0x31  // 1
    case none = 0x4e  // N
    case newTrue = 0x88
    case newFalse = 0x89
    case int4 = 0x4a  // J
    case int1 = 0x4b  // K
    case int2 = 0x4d  // M
    case long1 = 0x8a
    case long4 = 0x8b
    case float8 = 0x47  // G
    case unicode4 = 0x58  // X
    case unicode1 = 0x8c
    case unicode8 = 0x8d
    case string4 = 0x54  // T
    case string1 = 0x55  // U
    case bytes4 = 0x42  // B
    case bytes1 = 0x43  // C
    case emptyList = 0x5d  // ]
    case append = 0x61  // a
    case appends = 0x65  // e
    case list = 0x6c  // l
    case emptyTuple = 0x29  // )
    case tuple = 0x74  // t
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyDictionary = 0x7d  // }
    case dictionary = 0x64  // d
    case setItem = 0x73  // s
    case setItems = 0x75  // u
    case emptySet = 0x8f
    case addItems = 0x90
    case put1 = 0x71  // q
    case put4 = 0x72  // r
    case memoize = 0x94
    case get1 = 0x68  // h
    case get4 = 0x6a  // j
    case proto = 0x80
    case frame = 0x95
    case global = 0x63  // c
    case stackGlobal = 0x93
    case reduce = 0x52  // R
    case build = 0x62  // b
    case newObject = 0x81
    case persistentID = 0x51  // Q
}

extension PickleMachine {
    mutating func execute(_ opcode: PickleOpcode) throws(WeightFileError) {
        switch opcode {
        case .proto: try cursor.skip(1, "the pickle")
        case .frame: try cursor.skip(8, "the pickle")
        case .mark: marks.append(stack.count)
        case .pop: try popValueOrMark()
        case .popMark: _ = try popToMark()
        case .none, .newTrue, .newFalse, .int1, .int2, .int4, .long1, .long4, .float8, .unicode1, .unicode4,
            .unicode8, .string1, .string4, .bytes1, .bytes4:
            try pushScalar(opcode)
        case .emptyList, .append, .appends, .list, .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptySet,
            .addItems:
            try executeOnSequence(opcode)
        case .emptyDictionary, .dictionary, .setItem, .setItems: try executeOnDictionary(opcode)
        case .put1: memo[try cursor.integer(1, "the pickle")] = try top()
        case .put4: memo[try cursor.integer(4, "the pickle")] = try top()
        case .memoize: memo[memo.count] = try top()
        case .get1: try recall(try cursor.integer(1, "the pickle"))
        case .get4: try recall(try cursor.integer(4, "the pickle"))
        case .global, .stackGlobal, .reduce, .build, .newObject, .persistentID: try executeCall(opcode)
        }
    }

    private mutating func popValueOrMark() throws(WeightFileError) {
        if marks.last == stack.count, !marks.isEmpty { marks.removeLast() } else { _ = try pop() }
    }

    private mutating func recall(_ index: Int) throws(WeightFileError) {
        guard let value = memo[index] else { throw damaged("recalls value \(index), which was never kept") }
        push(value)
    }

    private mutating func pushScalar(_ opcode: PickleOpcode) throws(WeightFileError) {
        let what = "the pickle"
        switch opcode {
        case .newTrue: push(.bool(true))
        case .newFalse: push(.bool(false))
        case .int1: push(.integer(try cursor.integer(1, what)))
        case .int2: push(.integer(try cursor.integer(2, what)))
        case .int4: push(.integer(Int(Int32(truncatingIfNeeded: try cursor.integer(4, what)))))
        case .long1: push(Self.long(try cursor.bytes(try cursor.integer(1, what), what)))
        case .long4: push(Self.long(try cursor.bytes(try cursor.integer(4, what), what)))
        case .float8:
            let bits = try cursor.bytes(8, what).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            push(.real(Double(bitPattern: bits)))
        case .unicode1, .string1: try pushText(try cursor.integer(1, what))
        case .unicode4, .string4: try pushText(try cursor.integer(4, what))
        case .unicode8: try pushText(try cursor.integer(8, what))
        case .bytes1: push(.bytes(try cursor.bytes(try cursor.integer(1, what), what)))
        case .bytes4: push(.bytes(try cursor.bytes(try cursor.integer(4, what), what)))
        default: push(.none)
        }
    }

    private mutating func pushText(_ count: Int) throws(WeightFileError) {
        let bytes = try cursor.bytes(count, "a text in the pickle")
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw damaged("a text is not UTF-8")
        }
        push(.text(text))
    }

    private static func long(_ bytes: [UInt8]) -> PickleValue {
        guard bytes.count <= 8 else { return .longInteger(bytes) }
        let isNegative = (bytes.last ?? 0) & 0x80 != 0
        var value: UInt64 = isNegative ? .max : 0
        for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        return .integer(Int(Int64(bitPattern: value)))
    }

    private mutating func executeOnSequence(_ opcode: PickleOpcode) throws(WeightFileError) {
        switch opcode {
        case .append: try extendSequence(by: [try pop()])
        case .appends, .addItems: try extendSequence(by: try popToMark())
        case .list, .tuple: pushSequence(try popToMark())
        case .tuple1: pushSequence([try pop()])
        case .tuple2:
            let second = try pop()
            pushSequence([try pop(), second])
        case .tuple3:
            let (third, second) = (try pop(), try pop())
            pushSequence([try pop(), second, third])
        default: pushSequence([])
        }
    }

    private mutating func extendSequence(by values: [PickleValue]) throws(WeightFileError) {
        guard case .sequence(let index) = try top() else {
            throw damaged("appends to something else than a list")
        }
        sequences[index] += values
    }

    private mutating func executeOnDictionary(_ opcode: PickleOpcode) throws(WeightFileError) {
        switch opcode {
        case .dictionary: try pushDictionary(try popToMark())
        case .setItems: try extendDictionary(by: try popToMark())
        case .setItem:
            let value = try pop()
            try extendDictionary(by: [try pop(), value])
        default: try pushDictionary()
        }
    }

    private mutating func extendDictionary(by values: [PickleValue]) throws(WeightFileError) {
        guard case .dictionary(let index) = try top() else {
            throw damaged("sets a key of something else than a dictionary")
        }
        dictionaries[index] += try pairs(values)
    }
}
