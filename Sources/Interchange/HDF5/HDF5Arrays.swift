import CZlib

// Arrays: their bytes as one block, or as chunks that a B-tree finds, each perhaps compressed.
extension HDF5File {
    /// The numbers of an array, row-major.
    ///
    /// - Throws: `WeightFileError` where the object is no array of numbers or does not lie in the file.
    package func floats(_ object: HDF5Object, named name: String) throws(WeightFileError) -> [Float] {
        guard let shape = object.shape, let type = object.type, let layout = object.layout else {
            throw error(.damaged("\(inQuotes(name)) is no array"))
        }
        guard (1...8).contains(type.size) else {
            throw error(
                .unsupported("the type of \(inQuotes(name)) (\(type))", instead: "save it as float32"))
        }
        let count = shape.reduce(1, *)
        let size = count * type.size
        let data: [UInt8]
        switch layout {
        case .compact(let bytes): data = bytes
        case .contiguous(nil): return Array(repeating: 0, count: try declared(count, name))
        case .contiguous(let address?):
            var cursor = try cursor(at: address, inQuotes(name))
            data = try cursor.bytes(size, inQuotes(name))
        case .chunked(let tree, let chunk):
            data = try chunked(object, shape, type.size, tree, chunk, name)
        }
        guard data.count >= size else {
            throw error(.truncated(what: inQuotes(name), needed: size, left: data.count))
        }
        return try numbers(data.count == size ? data : Array(data[..<size]), type, name)
    }

    /// What deflate can make of so many bytes at the very best.
    private static let bestRatio = 1_032

    /// The count, if the file could hold so many numbers at all.
    private func declared(_ count: Int, _ name: String) throws(WeightFileError) -> Int {
        guard count / Self.bestRatio <= bytes.count else {
            throw error(
                .refused(
                    "\(inQuotes(name)) of \(count) numbers in a file of \(bytes.count) bytes",
                    instead: "fetch the file again"))
        }
        return count
    }

    private func numbers(
        _ data: [UInt8], _ type: HDF5Type, _ name: String
    ) throws(WeightFileError) -> [Float] {
        switch type {
        case .bfloat16: return try decodedFloats(data, as: .bfloat16, in: bytes.path)
        case .float(let size, let isBigEndian):
            let element: Safetensors.ElementType = size == 2 ? .float16 : size == 4 ? .float32 : .float64
            return try decodedFloats(isBigEndian ? swapped(data, size) : data, as: element, in: bytes.path)
        case .integer(let size, let isBigEndian, let isSigned):
            let signed: [Int: Safetensors.ElementType] = [1: .int8, 2: .int16, 4: .int32, 8: .int64]
            let unsigned: [Int: Safetensors.ElementType] = [1: .uint8, 2: .uint16, 4: .uint32]
            guard let element = (isSigned ? signed : unsigned)[size] else { break }
            return try decodedFloats(isBigEndian ? swapped(data, size) : data, as: element, in: bytes.path)
        default: break
        }
        throw error(.unsupported("the type of \(inQuotes(name)) (\(type))", instead: "save it as float32"))
    }

    private func swapped(_ data: [UInt8], _ size: Int) -> [UInt8] {
        var swapped = data
        for start in stride(from: 0, to: data.count - size + 1, by: size) {
            swapped[start..<start + size].reverse()
        }
        return swapped
    }

    private func chunked(
        _ object: HDF5Object, _ shape: [Int], _ size: Int, _ tree: Int?, _ chunk: [Int], _ name: String
    ) throws(WeightFileError) -> [UInt8] {
        let count = try declared(shape.reduce(1, *), name)
        var volume = size
        for extent in chunk {
            let (product, overflows) = volume.multipliedReportingOverflow(by: extent)
            volume = overflows ? Int.max : product
        }
        guard chunk.count == shape.count, volume > 0, volume <= max(1 << 20, 4 * count * size) else {
            throw error(.damaged("\(inQuotes(name)) of shape \(shape) in chunks of \(chunk)"))
        }
        var target = [UInt8](repeating: 0, count: count * size)
        guard let tree else { return target }
        try visitChunks(at: tree, axes: shape.count, level: nil) { (stored, origin) throws(WeightFileError) in
            let data = try unfiltered(stored, object.filters, volume: volume, size: size, name)
            place(data, chunk, at: origin, in: &target, shape, size)
        }
        return target
    }

    /// A chunk as the tree describes it.
    private struct StoredChunk {
        let address: Int
        let count: Int
        let skippedFilters: Int
    }

    private func visitChunks(
        at address: Int, axes: Int, level expected: Int?,
        _ visit: (StoredChunk, [Int]) throws(WeightFileError) -> Void
    ) throws(WeightFileError) {
        let what = "an array's tree"
        var cursor = try cursor(at: address, what)
        try expect("TREE", &cursor, what)
        let kind = try cursor.integer(1, what)
        let level = try cursor.integer(1, what)
        guard kind == 1, level <= 16, level == expected ?? level else {
            throw error(.damaged("\(what) of kind \(kind), level \(level)"))
        }
        let count = try cursor.integer(2, what)
        try cursor.skip(2 * offsetSize, what)
        for _ in 0..<count {
            let size = try cursor.integer(4, what)
            let skipped = try cursor.integer(4, what)
            var origin: [Int] = []
            for _ in 0..<axes { origin.append(try cursor.integer(8, what)) }
            try cursor.skip(8, what)
            guard let child = try self.address(&cursor, what) else {
                throw error(.damaged("\(what) has a gap"))
            }
            if level == 0 {
                try visit(StoredChunk(address: child, count: size, skippedFilters: skipped), origin)
            } else {
                try visitChunks(at: child, axes: axes, level: level - 1, visit)
            }
        }
    }

    /// Undoes the filters of a chunk, the last first.
    private func unfiltered(
        _ chunk: StoredChunk, _ filters: [HDF5Filter], volume: Int, size: Int, _ name: String
    ) throws(WeightFileError) -> [UInt8] {
        var cursor = try cursor(at: chunk.address, inQuotes(name))
        var data = try cursor.bytes(chunk.count, inQuotes(name))
        for (index, filter) in filters.enumerated().reversed() where chunk.skippedFilters >> index & 1 == 0 {
            switch filter.kind {
            case .deflate: data = try inflated(data, count: volume, name)
            case .shuffle: data = unshuffled(data, filter.values.first ?? size)
            case .fletcher32: data = data.dropLast(4)
            }
        }
        guard data.count >= volume else {
            throw error(.truncated(what: "a chunk of \(inQuotes(name))", needed: volume, left: data.count))
        }
        return data
    }

    /// Never makes more than `count` bytes and the checksum of a filter before it.
    private func inflated(_ data: [UInt8], count: Int, _ name: String) throws(WeightFileError) -> [UInt8] {
        var (filled, code) = (uLongf(count + 4), Z_OK)
        let bytes = [UInt8](unsafeUninitializedCapacity: count + 4) { buffer, initialized in
            code = uncompress(buffer.baseAddress, &filled, data, uLong(data.count))
            initialized = code == Z_OK ? Int(filled) : 0
        }
        guard code == Z_OK else { throw error(.damaged("a chunk of \(inQuotes(name)) does not unpack")) }
        return bytes
    }

    /// From all first bytes, all second bytes, … to element after element.
    private func unshuffled(_ data: [UInt8], _ size: Int) -> [UInt8] {
        guard size > 1, size <= data.count else { return data }
        let count = data.count / size
        var elements = data
        for byte in 0..<size {
            for index in 0..<count { elements[index * size + byte] = data[byte * count + index] }
        }
        return elements
    }

    /// Copies the part of a chunk that lies within the array, row by row.
    private func place(
        _ data: [UInt8], _ chunk: [Int], at origin: [Int], in target: inout [UInt8], _ shape: [Int],
        _ size: Int
    ) {
        guard let width = chunk.last, let columns = shape.last, let left = origin.last else {
            target = Array(data[..<size])
            return
        }
        guard zip(origin, shape).allSatisfy({ $0 < $1 }) else { return }
        let rows = chunk.dropLast().reduce(1, *)
        let length = min(width, columns - left) * size
        for row in 0..<rows {
            // The row's index along each axis but the last.
            var (rest, offset, stride, isInside) = (row, left, columns, true)
            for axis in chunk.indices.dropLast().reversed() {
                let index = origin[axis] + rest % chunk[axis]
                rest /= chunk[axis]
                isInside = isInside && index < shape[axis]
                offset += index * stride
                stride *= shape[axis]
            }
            guard isInside else { continue }
            let start = row * width * size
            target.replaceSubrange(offset * size..<offset * size + length, with: data[start..<start + length])
        }
    }
}
