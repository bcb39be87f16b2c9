/// How the stored pixels are to be turned before they are looked at: EXIF's tag 274, 1…8.
///
/// Source: CIPA DC-008 (Exif 2.32), 4.6.4 A, "Orientation"; in a JPEG inside the APP1 segment, in a PNG inside the
/// chunk eXIf.
enum Orientation: UInt16 {
    case upright = 1
    case mirrored, halfTurn, flipped, transposed, quarterTurnRight, transversed, quarterTurnLeft

    /// From a JPEG's segments; upright where they say nothing readable.
    init(jpeg bytes: [UInt8]) {
        self = .upright
        var position = 2
        // A segment: 0xff, marker, length of all but these two bytes.
        while position + 4 <= bytes.count, bytes[position] == 0xff {
            let marker = bytes[position + 1]
            if marker == 0xff {  // a fill byte
                position += 1
                continue
            }
            // Pixels begin at the start of scan (0xda); what follows is no header.
            guard marker != 0xda else { return }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            let end = position + 2 + length
            guard length >= 2, end <= bytes.count else { return }
            let body = bytes[position + 4..<end]
            if marker == 0xe1, body.starts(with: Array("Exif".utf8) + [0, 0]) {
                self = Orientation(tiff: body.dropFirst(6))
                return
            }
            position = end
        }
    }

    /// From a TIFF header and its first directory; upright where they say nothing readable.
    init(tiff bytes: ArraySlice<UInt8>) {
        self = .upright
        let reader = TIFFReader(bytes: bytes)
        guard let directory = reader.firstDirectory, let count = reader.short(directory) else { return }
        for entry in 0..<Int(count) {
            let start = directory + 2 + 12 * entry
            guard let tag = reader.short(start) else { return }
            // A tag, its type (3 is a short), how many of them, and the value itself where it fits into four bytes.
            guard tag == 274, reader.short(start + 2) == 3 else { continue }
            self = reader.short(start + 8).flatMap(Orientation.init(rawValue:)) ?? .upright
            return
        }
    }

    var exchangesAxes: Bool { rawValue >= Self.transposed.rawValue }
}

private struct TIFFReader {
    let bytes: ArraySlice<UInt8>

    var isLittleEndian: Bool? {
        if bytes.starts(with: Array("II".utf8)) { return true }
        return bytes.starts(with: Array("MM".utf8)) ? false : nil
    }

    /// Its place, counted from the header's start.
    var firstDirectory: Int? {
        guard short(2) == 42, let high = short(4), let low = short(6) else { return nil }
        return isLittleEndian == true ? Int(low) << 16 | Int(high) : Int(high) << 16 | Int(low)
    }

    func short(_ offset: Int) -> UInt16? {
        guard let isLittleEndian, offset + 2 <= bytes.count else { return nil }
        let first = UInt16(bytes[bytes.startIndex + offset])
        let second = UInt16(bytes[bytes.startIndex + offset + 1])
        return isLittleEndian ? second << 8 | first : first << 8 | second
    }
}

extension Picture {
    /// The picture as it is to be looked at.
    func turned(as orientation: Orientation) -> Picture {
        guard orientation != .upright else { return self }
        let (newWidth, newHeight) = orientation.exchangesAxes ? (height, width) : (width, height)
        var turned = [UInt8](repeating: 0, count: pixels.count)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let (sourceX, sourceY) =
                    switch orientation {
                    case .upright: (x, y)
                    case .mirrored: (width - 1 - x, y)
                    case .halfTurn: (width - 1 - x, height - 1 - y)
                    case .flipped: (x, height - 1 - y)
                    case .transposed: (y, x)
                    case .quarterTurnRight: (y, height - 1 - x)
                    case .transversed: (width - 1 - y, height - 1 - x)
                    case .quarterTurnLeft: (width - 1 - y, x)
                    }
                for channel in 0..<channels {
                    turned[(y * newWidth + x) * channels + channel] =
                        pixels[(sourceY * width + sourceX) * channels + channel]
                }
            }
        }
        return Picture(width: newWidth, height: newHeight, channels: channels, pixels: turned)
    }
}
