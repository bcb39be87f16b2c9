import CJPEG

extension Picture {
    static let jpegSignature: [UInt8] = [0xff, 0xd8, 0xff]

    /// Decodes a JPEG of any kind that libjpeg knows (baseline, progressive, arithmetic): grey stays grey, all others
    /// become RGB, CMYK and YCCK too; turned as its EXIF orientation wants.
    ///
    /// - Parameter path: for error messages.
    /// - Throws: `PictureError` for bytes that are no JPEG, cut short, damaged or too large.
    public init(jpeg bytes: [UInt8], path: String = "JPEG") throws(PictureError) {
        guard bytes.starts(with: Self.jpegSignature) else {
            throw bytes.isEmpty ? .empty(path: path) : .notJPEG(path: path)
        }
        var image = shim_jpeg_image()
        bytes.withUnsafeBufferPointer { shim_jpeg_read_header($0.baseAddress, $0.count, &image) }
        try Self.check(image, path: path)
        let (width, height, channels) = (Int(image.width), Int(image.height), Int(image.channels))
        try Self.checkSize(width: width, height: height, path: path)

        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        bytes.withUnsafeBufferPointer { input in
            pixels.withUnsafeMutableBufferPointer {
                shim_jpeg_decode(input.baseAddress, input.count, &image, $0.baseAddress)
            }
        }
        try Self.check(image, path: path)
        if channels == 4 { pixels = Self.rgb(fromCMYK: pixels, isInverted: image.has_adobe_marker != 0) }
        let picture = Picture(width: width, height: height, channels: channels == 1 ? 1 : 3, pixels: pixels)
        self = picture.turned(as: Orientation(jpeg: bytes))
    }

    private static func check(_ image: shim_jpeg_image, path: String) throws(PictureError) {
        switch Int(image.status) {
        case SHIM_JPEG_READ: return
        case SHIM_JPEG_TRUNCATED: throw .truncated(path: path)
        default:
            let reason = withUnsafeBytes(of: image.message) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw .corrupt(path: path, format: "JPEG", reason: reason)
        }
    }

    /// Ink to light without colour profiles, as most image libraries do: red = (1 − cyan) · (1 − black).
    ///
    /// - Parameter isInverted: whether 255 means no ink, as Adobe's programs store it.
    private static func rgb(fromCMYK pixels: [UInt8], isInverted: Bool) -> [UInt8] {
        let flip: UInt8 = isInverted ? 0 : 255
        return [UInt8](unsafeUninitializedCapacity: pixels.count / 4 * 3) { output, count in
            for pixel in 0..<pixels.count / 4 {
                let black = Int(pixels[pixel * 4 + 3] ^ flip)
                for channel in 0..<3 {
                    let ink = Int(pixels[pixel * 4 + channel] ^ flip)
                    output.initializeElement(
                        at: pixel * 3 + channel, to: UInt8((ink * black + 127) / 255))
                }
            }
            count = pixels.count / 4 * 3
        }
    }
}
