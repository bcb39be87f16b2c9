// Groups as symbol tables: a B-tree of nodes that name objects, the names in a heap of their own.
extension HDF5File {
    private static let mostLinks = 100_000

    /// Name and address of every object in a group.
    func symbols(_ data: inout ByteCursor) throws(WeightFileError) -> [String: Int] {
        let what = "a group's table"
        guard let tree = try address(&data, what), let heap = try address(&data, what) else { return [:] }
        let names = try localHeap(at: heap)
        var links: [String: Int] = [:]
        try visitTree(at: tree, level: nil) { (node) throws(WeightFileError) in
            try takeSymbols(at: node, names, into: &links)
        }
        return links
    }

    private func localHeap(at address: Int) throws(WeightFileError) -> [UInt8] {
        let what = "a group's names"
        var cursor = try cursor(at: address, what)
        try expect("HEAP", &cursor, what)
        try cursor.skip(4, what)
        let size = try cursor.integer(lengthSize, what)
        try cursor.skip(lengthSize, what)
        guard let place = try self.address(&cursor, what) else { return [] }
        var names = try self.cursor(at: place, what)
        return try names.bytes(size, what)
    }

    private func takeSymbols(
        at address: Int, _ names: [UInt8], into links: inout [String: Int]
    ) throws(WeightFileError) {
        let what = "a group's node"
        var cursor = try cursor(at: address, what)
        try expect("SNOD", &cursor, what)
        try cursor.skip(2, what)
        for _ in 0..<(try cursor.integer(2, what)) {
            let offset = try cursor.integer(offsetSize, what)
            let target = try self.address(&cursor, what)
            let kind = try cursor.integer(4, what)
            try cursor.skip(20, what)
            guard offset < names.count else { throw error(.damaged("a name outside its group's names")) }
            // Kind 2 is a soft link, which Keras never makes.
            guard kind != 2, let target else { continue }
            guard links.count < Self.mostLinks else { throw error(.damaged("a group of too many objects")) }
            links[String(decoding: names[offset...].prefix { $0 != 0 }, as: UTF8.self)] = target
        }
    }

    /// Calls `visit` with the address of every leaf's child.
    private func visitTree(
        at address: Int, level expected: Int?, _ visit: (Int) throws(WeightFileError) -> Void
    ) throws(WeightFileError) {
        let what = "a group's tree"
        var cursor = try cursor(at: address, what)
        try expect("TREE", &cursor, what)
        let kind = try cursor.integer(1, what)
        let level = try cursor.integer(1, what)
        // Every child is one level lower, so no cycle can go on.
        guard kind == 0, level <= 16, level == expected ?? level else {
            throw error(.damaged("\(what) of kind \(kind), level \(level)"))
        }
        let count = try cursor.integer(2, what)
        try cursor.skip(2 * offsetSize, what)
        for _ in 0..<count {
            try cursor.skip(lengthSize, what)
            guard let child = try self.address(&cursor, what) else {
                throw error(.damaged("\(what) has a gap"))
            }
            if level == 0 { try visit(child) } else { try visitTree(at: child, level: level - 1, visit) }
        }
    }
}
