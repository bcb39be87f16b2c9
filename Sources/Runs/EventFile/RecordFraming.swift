/// How event files hold records: the TFRecord format
/// (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details).
///
///     UInt64  length            little-endian
///     UInt32  masked CRC-32C of the length
///     bytes   data[length]
///     UInt32  masked CRC-32C of the data
enum RecordFraming {
    static let headerSize = 12
    static let footerSize = 4
    /// No record of ours or of TensorBoard's comes near it; a larger length is damage.
    static let largestRecord = 1 << 30

    static func append(_ data: [UInt8], to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + headerSize + data.count + footerSize)
        withUnsafeBytes(of: UInt64(data.count).littleEndian) { length in
            bytes.append(contentsOf: length)
            withUnsafeBytes(of: CRC32C.masked(length).littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(contentsOf: data)
        let check = data.withUnsafeBytes { CRC32C.masked($0) }
        withUnsafeBytes(of: check.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// What stands at a position.
    enum Finding: Equatable {
        /// The data of a whole record, and where the next one begins.
        case record(Range<Int>, next: Int)
        /// A record whose length is right and whose data is not.
        case damagedData(next: Int)
        /// No record begins here.
        case damagedHeader
        /// The bytes end before the record does.
        case incomplete
    }

    /// Reads what stands at `position`; `checksData` false trusts the data (a quick look through a long log).
    static func find(
        at position: Int, in bytes: UnsafeRawBufferPointer, checksData: Bool = true
    ) -> Finding {
        guard bytes.count - position >= headerSize else { return .incomplete }
        let lengthBytes = UnsafeRawBufferPointer(rebasing: bytes[position..<position + 8])
        guard load32(bytes, position + 8) == CRC32C.masked(lengthBytes) else { return .damagedHeader }
        let length = UInt64(littleEndian: lengthBytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(largestRecord) else { return .damagedHeader }
        let start = position + headerSize
        let end = start + Int(length)
        guard bytes.count >= end + footerSize else { return .incomplete }
        if checksData {
            let data = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            guard load32(bytes, end) == CRC32C.masked(data) else {
                return .damagedData(next: end + footerSize)
            }
        }
        return .record(start..<end, next: end + footerSize)
    }

    /// The first place after `position` where a whole, undamaged record begins.
    static func nextRecord(after position: Int, in bytes: UnsafeRawBufferPointer) -> Int? {
        var candidate = position + 1
        while bytes.count - candidate >= headerSize {
            if case .record = find(at: candidate, in: bytes) { return candidate }
            candidate += 1
        }
        return nil
    }

    private static func load32(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }
}
