/// Runs a pickle as far as dictionaries, numbers, texts and tensors go, and executes nothing.
///
/// A pickle is a program for a stack machine that can call anything Python can import. Here a global is one of the few
/// in `PickleGlobal` or the file is refused with its name; calling one fills in a struct.
/// Source: `Lib/pickletools.py` of CPython (opcodes), `torch/serialization.py` (persistent ids).
struct PickleMachine {
    var cursor: ByteCursor
    var stack: [PickleValue] = []
    /// Where the stack stood at each open mark.
    var marks: [Int] = []
    var memo: [Int: PickleValue] = [:]
    var sequences: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [PickleStorage] = []
    var tensors: [PickleTensor] = []
    private var operations = 0
    private var storageIndices: [String: Int] = [:]

    /// Fifty times what a large network with its optimiser's state needs; bounds the memory that values take.
    static let mostOperations = 2_000_000

    init(_ cursor: ByteCursor) {
        self.cursor = cursor
    }

    /// Runs one pickle up to its STOP. The memo starts anew; containers and tensors of earlier ones stay.
    mutating func run() throws(WeightFileError) -> PickleValue {
        stack = []
        marks = []
        memo = [:]
        while true {
            operations += 1
            guard operations <= Self.mostOperations else {
                throw cursor.error(
                    .refused(
                        "a pickle of more than \(Self.mostOperations) operations",
                        instead: "save only the model's state_dict()"))
            }
            let position = cursor.position
            let code = try cursor.byte("the pickle")
            if code == UInt8(ascii: ".") { return try pop() }
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw cursor.error(
                    .refused(
                        "pickle operation 0x\(String(code, radix: 16)) at byte \(position)",
                        instead: "save only the model's state_dict(), or as safetensors"))
            }
            try execute(opcode)
        }
    }

    func damaged(_ reason: String) -> WeightFileError {
        cursor.error(.damaged("pickle, byte \(cursor.position): \(reason)"))
    }

    mutating func push(_ value: PickleValue) { stack.append(value) }

    mutating func pop() throws(WeightFileError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
            throw damaged("takes a value where none is")
        }
        return value
    }

    /// What was pushed since the last mark.
    mutating func popToMark() throws(WeightFileError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw damaged("a mark is missing") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    mutating func pushSequence(_ values: [PickleValue]) {
        sequences.append(values)
        push(.sequence(sequences.count - 1))
    }

    mutating func pushDictionary(_ values: [PickleValue] = []) throws(WeightFileError) {
        dictionaries.append(try pairs(values))
        push(.dictionary(dictionaries.count - 1))
    }

    /// The last value, which must be a list, tuple or set.
    func top() throws(WeightFileError) -> PickleValue {
        guard stack.count > (marks.last ?? 0), let value = stack.last else {
            throw damaged("takes a value where none is")
        }
        return value
    }

    func elements(_ value: PickleValue, _ what: String) throws(WeightFileError) -> [PickleValue] {
        guard case .sequence(let index) = value else {
            throw damaged("\(what) is \(value.kind), not a tuple")
        }
        return sequences[index]
    }

    func pairs(_ values: [PickleValue]) throws(WeightFileError) -> [(key: PickleValue, value: PickleValue)] {
        guard values.count.isMultiple(of: 2) else { throw damaged("a key without a value") }
        return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
    }

    /// Remembers a storage once per key; a second mention must agree with the first.
    mutating func intern(_ storage: PickleStorage) throws(WeightFileError) -> PickleValue {
        if let index = storageIndices[storage.key] {
            guard storages[index] == storage else {
                throw damaged("storage \(inQuotes(storage.key)) is described in two ways")
            }
            return .storage(index)
        }
        storageIndices[storage.key] = storages.count
        storages.append(storage)
        return .storage(storages.count - 1)
    }
}
