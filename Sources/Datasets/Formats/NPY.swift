import Glibc
import Tensors

/// An array as NumPy saves it, as floats and row-major whatever it was.
///
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays" (versions 1.0 to 3.0).
public struct NPY: Sendable, Equatable {
    public let shape: [Int]
    public let values: [Float]

    public init(shape: [Int], values: [Float]) {
        precondition(
            shape.reduce(1, *) == values.count, "\(values.count) values for an array of \(shape)")
        self.shape = shape
        self.values = values
    }

    /// Reads a file of numbers (integers, floats of 2, 4 and 8 bytes, truth values) of either byte order.
    ///
    /// - Throws: `TableError` for files that are no such arrays, or are damaged.
    public init(contentsOf path: String) throws(TableError) {
        try self.init(bytes: try readFile(path), path: path)
    }

    init(bytes: [UInt8], path: String) throws(TableError) {
        guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw bytes.isEmpty ? .empty(path: path) : .notNPY(path: path, reason: "no NPY signature")
        }
        let isFirstVersion = bytes[6] == 1
        let lengthBytes = isFirstVersion ? 2 : 4
        let headerStart = 8 + lengthBytes
        guard bytes.count >= headerStart else { throw .notNPY(path: path, reason: "its header is cut short") }
        let length = bytes[8..<headerStart].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard headerStart + length <= bytes.count else {
            throw .notNPY(path: path, reason: "its header is cut short")
        }
        let header = NPYHeader(
            String(decoding: bytes[headerStart..<headerStart + length], as: UTF8.self))
        guard let header else { throw .notNPY(path: path, reason: "its header cannot be read") }
        guard let element = NPYElement(header.type) else {
            throw .notNPY(path: path, reason: "holds “\(header.type)”, expected numbers")
        }
        let (count, overflows) = Self.product(header.shape)
        let expected = count.multipliedReportingOverflow(by: element.size)
        let found = bytes.count - headerStart - length
        guard !overflows, !expected.overflow, expected.partialValue == found else {
            let wanted = overflows || expected.overflow ? "more" : "\(expected.partialValue)"
            throw .notNPY(
                path: path,
                reason: "\(found) bytes of data where its shape \(header.shape) promises \(wanted)")
        }
        let values = element.floats(bytes, from: headerStart + length, count: count)
        shape = header.shape
        self.values = header.isFortranOrder ? Self.rowMajor(values, shape: header.shape) : values
    }

    private static func product(_ shape: [Int]) -> (Int, overflow: Bool) {
        var product = 1
        for extent in shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: extent)
            if overflows { return (0, true) }
            product = next
        }
        return (product, false)
    }

    /// From the order in which the first index runs fastest.
    private static func rowMajor(_ values: [Float], shape: [Int]) -> [Float] {
        guard shape.count > 1, !values.isEmpty else { return values }
        var strides = [1]
        for extent in shape.dropLast() { strides.append((strides.last ?? 1) * extent) }
        var index = Array(repeating: 0, count: shape.count)
        var offset = 0
        return [Float](unsafeUninitializedCapacity: values.count) { output, count in
            for position in values.indices {
                output.initializeElement(at: position, to: values[offset])
                for axis in shape.indices.reversed() {
                    index[axis] += 1
                    offset += strides[axis]
                    if index[axis] < shape[axis] { break }
                    offset -= shape[axis] * strides[axis]
                    index[axis] = 0
                }
            }
            count = values.count
        }
    }
}

/// The dictionary at the start of a file: `{'descr': '<f4', 'fortran_order': True, 'shape': (1600, 294), }`.
private struct NPYHeader {
    var type: String
    var isFortranOrder: Bool
    var shape: [Int]

    init?(_ text: String) {
        guard let type = Self.value(of: "descr", in: text), type.hasPrefix("'"),
            let typeEnd = type.dropFirst().firstIndex(of: "'"),
            let order = Self.value(of: "fortran_order", in: text),
            let shapeText = Self.value(of: "shape", in: text), shapeText.hasPrefix("("),
            let shapeEnd = shapeText.firstIndex(of: ")")
        else { return nil }
        self.type = String(type[type.index(after: type.startIndex)..<typeEnd])
        isFortranOrder = order.hasPrefix("True")
        guard isFortranOrder || order.hasPrefix("False") else { return nil }
        shape = []
        for part in shapeText[shapeText.startIndex..<shapeEnd].dropFirst().split(separator: ",") {
            let digits = part.filter { $0 != " " && $0 != "L" }
            if digits.isEmpty { continue }
            guard let extent = Int(digits), extent >= 0 else { return nil }
            shape.append(extent)
        }
    }

    /// The text after a key's colon.
    private static func value(of key: String, in text: String) -> Substring? {
        let halves = text.split(separator: "'\(key)'", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, let colon = halves[1].firstIndex(of: ":") else { return nil }
        return halves[1][halves[1].index(after: colon)...].drop { $0 == " " }
    }
}

/// How one number is stored.
private struct NPYElement {
    let kind: Character
    let size: Int
    let isBigEndian: Bool

    init?(_ type: String) {
        let letters = Array(type)
        guard letters.count == 3, "<>|=".contains(letters[0]), let size = letters[2].wholeNumberValue,
            ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"].contains(
                String(letters[1...]))
        else { return nil }
        kind = letters[1]
        self.size = size
        isBigEndian = letters[0] == ">"
    }

    func floats(_ bytes: [UInt8], from start: Int, count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { output, filled in
            for index in 0..<count {
                var bits: UInt64 = 0
                let place = start + index * size
                for byte in 0..<size {
                    let position = isBigEndian ? byte : size - 1 - byte
                    bits = bits << 8 | UInt64(bytes[place + position])
                }
                output.initializeElement(at: index, to: float(bits))
            }
            filled = count
        }
    }

    private func float(_ bits: UInt64) -> Float {
        switch (kind, size) {
        case ("f", 8): return Float(Double(bitPattern: bits))
        case ("f", 4): return Float(bitPattern: UInt32(truncatingIfNeeded: bits))
        case ("f", _): return Self.half(UInt16(truncatingIfNeeded: bits))
        case ("i", _):
            let unused = 64 - 8 * size
            return Float(Int64(bitPattern: bits << UInt64(unused)) >> Int64(unused))
        default: return Float(bits)
        }
    }

    /// From IEEE 754 binary16.
    private static func half(_ bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1f)
        let fraction = Float(bits & 0x3ff)
        if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
        if exponent == 0 { return sign * fraction * 0x1p-24 }
        return sign * (1 + fraction * 0x1p-10) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
}
