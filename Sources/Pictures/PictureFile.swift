import Files

extension Picture {
    /// More would be a decompression bomb or a picture for other purposes than training.
    public static let mostPixels = 1 << 26

    /// What a picture may be enlarged to, in pixels along each axis.
    public static let mostExtent = 1 << 14

    /// The endings of the files that can be read, in small letters.
    public static let fileEndings = ["png", "jpg", "jpeg"]

    /// Whether a file's name says that it is a picture of a format that can be read.
    public static func isPictureFile(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return fileEndings.contains(name[name.index(after: dot)...].lowercased())
    }

    /// Reads a PNG or JPEG file; its first bytes say which, not its name. Turned as its EXIF orientation wants.
    ///
    /// - Throws: `PictureError` for files that cannot be read, are neither, cut short, damaged or too large.
    public init(contentsOf path: String) throws(PictureError) {
        try self.init(encoded: readBytes(path), path: path)
    }

    /// Decodes the bytes of a PNG or JPEG file.
    ///
    /// - Parameter path: for error messages.
    public init(encoded bytes: [UInt8], path: String = "picture") throws(PictureError) {
        if bytes.starts(with: Self.pngSignature) {
            try self.init(png: bytes, path: path)
        } else if bytes.starts(with: Self.jpegSignature) {
            try self.init(jpeg: bytes, path: path)
        } else {
            throw bytes.isEmpty ? .empty(path: path) : .unknownFormat(path: path)
        }
    }

    static func checkSize(width: Int, height: Int, path: String) throws(PictureError) {
        let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
        guard !overflows, pixels <= mostPixels else {
            throw .tooLarge(path: path, width: width, height: height, mostPixels: mostPixels)
        }
    }
}

/// A whole file of at most 1 GiB.
func readBytes(_ path: String) throws(PictureError) -> [UInt8] {
    do throws(InputFileError) {
        return try InputFile.contents(of: path, atMost: 1 << 30)
    } catch {
        throw .cannotOpen(path: path, reason: error.reason)
    }
}
