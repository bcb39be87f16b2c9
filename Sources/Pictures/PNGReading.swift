import CPNG
import Glibc

extension Picture {
    /// More would be a decompression bomb or a picture for other purposes than training.
    public static let mostPixels = 1 << 26

    /// Decodes a PNG of any kind: palette, 1 to 16 bits, grey or colour, with or without alpha, interlaced.
    /// 16 bits are cut to 8; grey with alpha becomes RGB with alpha.
    ///
    /// - Parameter path: for error messages.
    /// - Throws: `PictureError` for bytes that are no PNG, cut short, damaged or too large.
    public init(png bytes: [UInt8], path: String = "PNG") throws(PictureError) {
        try Self.checkChunks(bytes, path: path)
        let decoded = bytes.withUnsafeBytes { Self.decode($0, path: path) }
        self = try decoded.get()
    }

    /// Reads a PNG file.
    public init(pngAt path: String) throws(PictureError) {
        try self.init(png: readBytes(path), path: path)
    }

    /// Walks over the chunks to the last one: libpng itself stops after the last pixel and would not notice that
    /// the end is missing.
    private static func checkChunks(_ bytes: [UInt8], path: String) throws(PictureError) {
        guard bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) else {
            throw bytes.isEmpty ? .truncated(path: path) : .notPNG(path: path)
        }
        var position = 8
        // A chunk: length, name, data, checksum.
        while position + 12 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let isLast = bytes[position + 4..<position + 8].elementsEqual("IEND".utf8)
            position += 12 + length
            if isLast, position <= bytes.count { return }
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
            return .failure(.corrupt(path: path, reason: message(of: image)))
        }
        let (width, height) = (Int(image.width), Int(image.height))
        guard width.multipliedReportingOverflow(by: height).overflow == false, width * height <= mostPixels
        else {
            return .failure(.tooLarge(path: path, width: width, height: height, mostPixels: mostPixels))
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
        guard isRead != 0 else { return .failure(.corrupt(path: path, reason: message(of: image))) }
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

/// A whole file of at most 1 GiB.
private func readBytes(_ path: String) throws(PictureError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw .cannotOpen(path: path, reason: "not a file")
    }
    guard status.st_size <= 1 << 30 else { throw .cannotOpen(path: path, reason: "larger than 1 GiB") }
    let size = Int(status.st_size)
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
        while filled < size {
            let count = read(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
    }
}
