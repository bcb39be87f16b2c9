// The messages of an object header, each parsed from its own bytes.
extension HDF5File {
    private static let most = 1 << 40

    /// Sizes along each axis; empty for a single number.
    func shape(_ data: inout ByteCursor) throws(WeightFileError) -> [Int] {
        let what = "an array's shape"
        let version = try data.integer(1, what)
        let rank = try data.integer(1, what)
        guard (1...2).contains(version), rank <= 32 else {
            throw error(.damaged("\(what) of version \(version) with \(rank) axes"))
        }
        try data.skip(version == 1 ? 6 : 2, what)
        var shape: [Int] = []
        var count = 1
        for _ in 0..<rank {
            let extent = try data.integer(lengthSize, what)
            let (product, overflows) = count.multipliedReportingOverflow(by: extent)
            guard !overflows, product <= Self.most else {
                throw error(.damaged("\(what) \(shape + [extent])"))
            }
            count = product
            shape.append(extent)
        }
        return shape
    }

    func type(_ data: inout ByteCursor) throws(WeightFileError) -> HDF5Type {
        let what = "an array's type"
        let classAndVersion = try data.integer(1, what)
        let bits = try data.integer(3, what)
        let size = try data.integer(4, what)
        let isBigEndian = bits & 1 != 0
        switch classAndVersion & 15 {
        case 0:
            return [1, 2, 4, 8].contains(size)
                ? .integer(size: size, isBigEndian: isBigEndian, isSigned: bits & 8 != 0)
                : .other(size: size, className: "an integer of \(size) bytes")
        case 1:
            try data.skip(5, what)
            let exponent = try data.integer(1, what)
            switch (size, exponent) {
            case (2, 5), (4, 8), (8, 11): return .float(size: size, isBigEndian: isBigEndian)
            case (2, 8) where !isBigEndian: return .bfloat16
            default:
                return .other(size: size, className: "a float of \(size) bytes, \(exponent) for the exponent")
            }
        case 3: return .text(size: size)
        case 9 where bits & 15 == 1: return .variableText(size: size)
        case let other: return .other(size: size, className: "HDF5 class \(other)")
        }
    }

    func layout(_ data: inout ByteCursor) throws(WeightFileError) -> HDF5Layout {
        let what = "an array's layout"
        let version = try data.integer(1, what)
        if version < 3 { return try oldLayout(&data) }
        let kind = try data.integer(1, what)
        switch (version, kind) {
        case (3...4, 0): return .compact(try data.bytes(try data.integer(2, what), what))
        case (3...4, 1): return .contiguous(address: try address(&data, what))
        case (3, 2):
            let axes = try data.integer(1, what)
            let tree = try address(&data, what)
            return .chunked(tree: tree, chunk: try extents(axes, &data).dropLast())
        default:
            throw error(
                .unsupported(
                    "HDF5 layout \(kind) of version \(version)", instead: "save with h5py's default libver"))
        }
    }

    /// Versions 1 and 2, up to HDF5 1.6.2; the version has been read.
    private func oldLayout(_ data: inout ByteCursor) throws(WeightFileError) -> HDF5Layout {
        let what = "an array's layout"
        let axes = try data.integer(1, what)
        let kind = try data.integer(1, what)
        try data.skip(5, what)
        let place = kind == 0 ? nil : try address(&data, what)
        let sizes = try extents(axes, &data)
        switch kind {
        case 0: return .compact(try data.bytes(try data.integer(4, what), what))
        case 1: return .contiguous(address: place)
        case 2: return .chunked(tree: place, chunk: sizes.dropLast())
        default: throw error(.damaged("\(what) of kind \(kind)"))
        }
    }

    private func extents(_ count: Int, _ data: inout ByteCursor) throws(WeightFileError) -> [Int] {
        var extents: [Int] = []
        for _ in 0..<count { extents.append(try data.integer(4, "a chunk's shape")) }
        return extents
    }

    func filters(_ data: inout ByteCursor) throws(WeightFileError) -> [HDF5Filter] {
        let what = "an array's filters"
        let version = try data.integer(1, what)
        let count = try data.integer(1, what)
        if version == 1 { try data.skip(6, what) }
        var filters: [HDF5Filter] = []
        for _ in 0..<count {
            let id = try data.integer(2, what)
            let nameLength = version == 1 || id >= 256 ? try data.integer(2, what) : 0
            try data.skip(2, what)
            let valueCount = try data.integer(2, what)
            try data.skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength, what)
            var values: [Int] = []
            for _ in 0..<valueCount { values.append(try data.integer(4, what)) }
            if version == 1, !valueCount.isMultiple(of: 2) { try data.skip(4, what) }
            guard let kind = HDF5Filter.Kind(rawValue: id) else {
                throw error(
                    .unsupported("HDF5 filter \(id)", instead: "save with gzip or without compression"))
            }
            filters.append(HDF5Filter(kind: kind, values: values))
        }
        return filters
    }

    func takeAttribute(_ data: inout ByteCursor, into object: inout HDF5Object) throws(WeightFileError) {
        let what = "an attribute"
        let version = try data.integer(1, what)
        let flags = try data.integer(1, what)
        let nameSize = try data.integer(2, what)
        let typeSize = try data.integer(2, what)
        let shapeSize = try data.integer(2, what)
        if version == 3 { try data.skip(1, what) }
        // In the first version each part is filled up to eight bytes.
        let unit = version == 1 ? 8 : 1
        func padded(_ size: Int) -> Int { (size + unit - 1) / unit * unit }
        let name = try data.bytes(padded(nameSize), what)
        var typeData = ByteCursor(FileBytes(try data.bytes(padded(typeSize), what), path: bytes.path))
        var shapeData = ByteCursor(FileBytes(try data.bytes(padded(shapeSize), what), path: bytes.path))
        // A type or shape that stands elsewhere belongs to no attribute of Keras.
        guard version == 1 || flags & 3 == 0 else { return }
        let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        object.attributes[text] = HDF5Attribute(
            type: try type(&typeData), shape: try shape(&shapeData), data: try data.bytes(data.left, what))
    }

    func takeLink(_ data: inout ByteCursor, into object: inout HDF5Object) throws(WeightFileError) {
        let what = "a link"
        try data.skip(1, what)
        let flags = try data.integer(1, what)
        let kind = flags & 8 != 0 ? try data.integer(1, what) : 0
        if flags & 4 != 0 { try data.skip(8, what) }
        if flags & 16 != 0 { try data.skip(1, what) }
        let length = try data.integer(1 << (flags & 3), what)
        let name = String(decoding: try data.bytes(length, what), as: UTF8.self)
        // Soft and external links could lead out of the file; Keras makes none.
        guard kind == 0, let target = try address(&data, what) else { return }
        object.links[name] = target
    }
}
