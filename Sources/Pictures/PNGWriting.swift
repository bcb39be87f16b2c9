import CPNG
import Glibc

extension Picture {
    /// The picture as the bytes of a PNG file.
    ///
    /// - Throws: `PictureError.cannotWrite` for pictures beyond what a PNG can hold.
    public func pngData() throws(PictureError) -> [UInt8] {
        try encode(path: "PNG")
    }

    /// Writes a PNG file: beside the old one of that name first, then over it, so that no half picture is ever seen.
    public func write(to path: String) throws(PictureError) {
        let bytes = try encode(path: path)
        let temporaryPath = "\(path).\(getpid()).partial"
        guard let file = fopen(temporaryPath, "we") else { throw Self.writeError(path) }
        let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
        let isClosed = fclose(file) == 0
        guard written == bytes.count, isClosed, rename(temporaryPath, path) == 0 else {
            let error = Self.writeError(path)
            unlink(temporaryPath)
            throw error
        }
    }

    private func encode(path: String) throws(PictureError) -> [UInt8] {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(width)
        image.height = UInt32(height)
        image.format = pngFormat(channels: channels)
        var bytes = [UInt8](repeating: 0, count: shim_png_size_max(image))
        var size = bytes.count
        let stride = Int32(width * channels)
        let isWritten = bytes.withUnsafeMutableBytes { output in
            pixels.withUnsafeBytes {
                png_image_write_to_memory(&image, output.baseAddress, &size, 0, $0.baseAddress, stride, nil)
            }
        }
        guard isWritten != 0 else { throw .cannotWrite(path: path, reason: message(of: image)) }
        bytes.removeSubrange(size...)
        return bytes
    }

    private static func writeError(_ path: String) -> PictureError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
