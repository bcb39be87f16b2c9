import CPNG

extension Picture {
    static let pngSignature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

    /// Decodes a PNG of any kind: palette, 1 to 16 bits, grey or colour, with or without alpha, interlaced.
    /// 16 bits are cut to 8; grey with alpha becomes RGB with alpha; turned as its EXIF orientation wants.
    ///
    /// - Parameter path: for error messages.
    /// - Throws: `PictureError` for bytes that are no PNG, cut short, damaged or too large.
    public init(png bytes: [UInt8], path: String = "PNG") throws(PictureError) {
        let orientation = try Self.checkChunks(bytes, path: path)
        let decoded = bytes.withUnsafeBytes { Self.decode($0, path: path) }
        self = try decoded.get().turned(as: orientation)
    }

    /// Reads a PNG file.
    public init(pngAt path: String) throws(PictureError) {
        try self.init(png: readBytes(path), path: path)
    }

    /// Walks over the chunks to the last one: libpng itself stops after the last pixel and would not notice that
    /// the end is missing. Returns what the chunk eXIf says of the orientation.
    private static func checkChunks(_ bytes: [UInt8], path: String) throws(PictureError) -> Orientation {
        guard bytes.starts(with: pngSignature) else {
            throw bytes.isEmpty ? .empty(path: path) : .notPNG(path: path)
        }
        var orientation = Orientation.upright
        var position = 8
        // A chunk: length, name, data, checksum.
        while position + 12 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let name = bytes[position + 4..<position + 8]
            let start = position + 8
            position += 12 + length
            guard position <= bytes.count else { break }
            if name.elementsEqual("IEND".utf8) { return orientation }
            if name.elementsEqual("eXIf".utf8) {
                orientation = Orientation(tiff: bytes[start..<start + length])
            }
        }
        throw .truncated(path: path)
    }

    /// Uses libpng's simplified interface, which reports errors as values where the other one needs `setjmp`.
    private static func decode(_ bytes: UnsafeRawBufferPointer, path: String) -> Result<Picture, PictureError>
    {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
            return .failure(.corrupt(path: path, format: "PNG", reason: message(of: image)))
        }
        let (width, height) = (Int(image.width), Int(image.height))
        do throws(PictureError) {
            try checkSize(width: width, height: height, path: path)
        } catch {
            return .failure(error)
        }
        // Without it, 16-bit files that do not say otherwise are taken for linear light and come out too bright.
        image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let hasAlpha = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
        let hasColor = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
        let channels = hasAlpha ? 4 : hasColor ? 3 : 1
        image.format = pngFormat(channels: channels)

        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        let isRead = pixels.withUnsafeMutableBytes {
            png_image_finish_read(&image, nil, $0.baseAddress, Int32(width * channels), nil)
        }
        guard isRead != 0 else {
            return .failure(.corrupt(path: path, format: "PNG", reason: message(of: image)))
        }
        return .success(Picture(width: width, height: height, channels: channels, pixels: pixels))
    }
}

/// libpng's name for the layout of a picture.
func pngFormat(channels: Int) -> UInt32 {
    switch channels {
    case 1: 0
    case 3: UInt32(PNG_FORMAT_FLAG_COLOR)
    default: UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
    }
}

/// What libpng says went wrong.
func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
