// What stands for Python's imports and calls: a fixed list of names, each answered by a struct.
extension PickleMachine {
    mutating func executeCall(_ opcode: PickleOpcode) throws(WeightFileError) {
        switch opcode {
        case .global:
            let module = try line()
            push(.global(try global(module, try line())))
        case .stackGlobal:
            guard let name = try pop().text, let module = try pop().text else {
                throw damaged("a global's name is no text")
            }
            push(.global(try global(module, name)))
        case .reduce, .newObject:
            let arguments = try elements(try pop(), "what a call is given")
            guard case .global(let callee) = try pop() else {
                throw damaged("calls something that is no global")
            }
            push(try result(of: callee, arguments))
        case .persistentID: push(try storage(try elements(try pop(), "a persistent id")))
        default: try build()
        }
    }

    /// The longest name of a Python module that is read; ends a search for a line break in a file of none.
    private static let longestName = 512

    private mutating func line() throws(WeightFileError) -> String {
        var bytes: [UInt8] = []
        while bytes.count <= Self.longestName {
            let byte = try cursor.byte("a global's name")
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        throw damaged("a global's name does not end")
    }

    private func global(_ module: String, _ name: String) throws(WeightFileError) -> PickleGlobal {
        guard let global = PickleGlobal(module: module, name: name) else {
            throw cursor.error(
                .refused(
                    "the pickle's \(inQuotes("\(module).\(name)")), which is no part of a tensor,",
                    instead: "save only the model's state_dict(), or as safetensors"))
        }
        return global
    }

    /// Attributes of a dictionary or tensor, such as a state dictionary's `_metadata`, say nothing about weights.
    private mutating func build() throws(WeightFileError) {
        _ = try pop()
        switch try top() {
        case .dictionary, .tensor, .opaque: break
        case let other: throw damaged("sets attributes of \(other.kind)")
        }
    }

    private mutating func result(
        of callee: PickleGlobal, _ arguments: [PickleValue]
    ) throws(WeightFileError) -> PickleValue {
        switch callee {
        case .orderedDictionary:
            var pairs: [(key: PickleValue, value: PickleValue)] = []
            // Protocol 0 and 1 pass `OrderedDict([[key, value], …])`.
            for pair in try arguments.first.map({ (list) throws(WeightFileError) in
                try elements(list, "OrderedDict's argument")
            }) ?? [] {
                let both = try elements(pair, "an item of OrderedDict")
                guard both.count == 2 else { throw damaged("an item of OrderedDict is no pair") }
                pairs.append((both[0], both[1]))
            }
            dictionaries.append(pairs)
            return .dictionary(dictionaries.count - 1)
        case .rebuildTensor: return try tensor(arguments)
        case .rebuildParameter:
            guard let first = arguments.first, case .tensor = first else {
                throw damaged("a parameter without a tensor")
            }
            return first
        case .size: return arguments.first ?? .none
        case .ignored(let name): return .opaque(name)
        case .storage: throw damaged("calls \(callee)")
        }
    }

    /// `('storage', class, key, location, count)`; the old format adds a view, which must be none.
    private mutating func storage(_ id: [PickleValue]) throws(WeightFileError) -> PickleValue {
        guard id.count >= 5, id[0].text == "storage", case .global(.storage(let type)) = id[1],
            let key = id[2].text, let count = id[4].integer, count >= 0
        else { throw damaged("a persistent id that describes no storage") }
        if id.count > 5 {
            guard case .none = id[5] else {
                throw cursor.error(
                    .unsupported(
                        "a view of another storage", instead: "save the file with PyTorch 1.0 or later"))
            }
        }
        guard count <= Self.mostElements else {
            throw damaged("storage \(inQuotes(key)) of \(count) elements is larger than any file")
        }
        return try intern(PickleStorage(key: key, type: type, count: count))
    }

    /// Keeps products of sizes far from overflow; what really is there is checked when it is read.
    private static let mostElements = 1 << 48

    /// `(storage, offset, size, strides, …)`, every element within the storage.
    private mutating func tensor(_ arguments: [PickleValue]) throws(WeightFileError) -> PickleValue {
        guard arguments.count >= 4, case .storage(let index) = arguments[0], let offset = arguments[1].integer
        else {
            throw damaged("a tensor without storage and offset")
        }
        let shape = try integers(arguments[2], "a tensor's size")
        let strides = try integers(arguments[3], "a tensor's strides")
        let room = storages[index].count
        guard shape.count == strides.count, offset >= 0, shape.count <= 16 else {
            throw damaged(
                "a tensor of size \(shape.prefix(16)), strides \(strides.prefix(16)), offset \(offset)")
        }
        var (last, elements, overflows) = (offset, 1, false)
        for (extent, stride) in zip(shape, strides) {
            let (count, tooMany) = elements.multipliedReportingOverflow(by: extent)
            let (reach, tooFar) = max(extent - 1, 0).multipliedReportingOverflow(by: stride)
            let (end, beyond) = last.addingReportingOverflow(reach)
            overflows = overflows || extent < 0 || stride < 0 || tooMany || tooFar || beyond
            if overflows { break }
            (elements, last) = (count, end)
        }
        // As many elements as the storage has: nothing larger can be told from a bomb of stride 0.
        guard !overflows, elements == 0 || (last < room && elements <= room) else {
            throw damaged(
                "a tensor of size \(shape), strides \(strides), offset \(offset) reaches beyond its storage of \(room)"
            )
        }
        tensors.append(PickleTensor(storage: index, offset: offset, shape: shape, strides: strides))
        return .tensor(tensors.count - 1)
    }

    private func integers(_ value: PickleValue, _ what: String) throws(WeightFileError) -> [Int] {
        var integers: [Int] = []
        for element in try elements(value, what) {
            guard let integer = element.integer else { throw damaged("\(what) holds \(element.kind)") }
            integers.append(integer)
        }
        return integers
    }
}
