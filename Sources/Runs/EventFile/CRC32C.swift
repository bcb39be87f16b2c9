/// The Castagnoli cyclic redundancy check (RFC 3720, appendix B.4), reflected polynomial 0x82F63B78.
package enum CRC32C {
    /// `tables[k][b]`: the remainder of byte `b` followed by `k` zero bytes, so that eight bytes go in one step.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0x82F6_3B78 : remainder >> 1
            }
            tables[byte] = remainder
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
        }
        return tables
    }()

    package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { tables in
            var remainder = ~UInt32(0)
            var position = 0
            while bytes.count - position >= 8 {
                let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
                remainder = step(word ^ UInt64(remainder), tables)
                position += 8
            }
            while position < bytes.count {
                remainder = (remainder >> 8) ^ tables[Int((remainder ^ UInt32(bytes[position])) & 0xFF)]
                position += 1
            }
            return ~remainder
        }
    }

    private static func step(_ word: UInt64, _ tables: UnsafeBufferPointer<UInt32>) -> UInt32 {
        var remainder: UInt32 = 0
        for byte in 0..<8 {
            remainder ^= tables[(7 - byte) * 256 + Int((word >> UInt64(byte * 8)) & 0xFF)]
        }
        return remainder
    }

    /// As TFRecord stores it: rotated and shifted, because a check over bytes that contain checks is weak
    /// (tensorflow/core/lib/hash/crc32c.h).
    package static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let checksum = checksum(bytes)
        return ((checksum >> 15) | (checksum << 17)) &+ 0xA282_EAD8
    }
}
