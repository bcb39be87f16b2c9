import FoundationEssentials

/// In JSON the weights are the base64 of little-endian floats: a first layer of AlexNet ten times a second would cost
/// a third of a core as decimal numbers, and NaN survives.
extension FilterBank {
    private enum CodingKeys: String, CodingKey {
        case layer, iteration, epoch, count, channels, height, width, weights
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        layer = try values.decode(String.self, forKey: .layer)
        iteration = try values.decode(Int.self, forKey: .iteration)
        epoch = try values.decode(Int.self, forKey: .epoch)
        count = try values.decode(Int.self, forKey: .count)
        channels = try values.decode(Int.self, forKey: .channels)
        height = try values.decode(Int.self, forKey: .height)
        width = try values.decode(Int.self, forKey: .width)
        let text = try values.decode(String.self, forKey: .weights)
        guard let bytes = Data(base64Encoded: text), let area = Self.product([channels, height, width]),
            let expected = Self.product([count, area, 4]), bytes.count == expected
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .weights, in: values,
                debugDescription: "\(text.utf8.count) characters for \(count)×\(channels)×\(height)×\(width)")
        }
        weights = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(
                    bitPattern: UInt32(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(layer, forKey: .layer)
        try values.encode(iteration, forKey: .iteration)
        try values.encode(epoch, forKey: .epoch)
        try values.encode(count, forKey: .count)
        try values.encode(channels, forKey: .channels)
        try values.encode(height, forKey: .height)
        try values.encode(width, forKey: .width)
        let bytes = weights.withUnsafeBytes { Data($0) }
        try values.encode(bytes.base64EncodedString(), forKey: .weights)
    }

    /// `nil` for negative sizes and products beyond Int: sizes from outside may be anything.
    private static func product(_ sizes: [Int]) -> Int? {
        var product = 1
        for size in sizes {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { return nil }
            product = next
        }
        return product
    }
}
