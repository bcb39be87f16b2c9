/// Why a picture could not be read or written.
public enum PictureError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case empty(path: String)
    case unknownFormat(path: String)
    case notPNG(path: String)
    case notJPEG(path: String)
    case truncated(path: String)
    /// `format` is PNG or JPEG, `reason` in the words of its library.
    case corrupt(path: String, format: String, reason: String)
    case tooLarge(path: String, width: Int, height: Int, mostPixels: Int)
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "\(path): cannot be read (\(reason))"
        case .empty(let path):
            "\(path): is empty (0 bytes); fetch or save the file again"
        case .unknownFormat(let path):
            "\(path): neither a PNG nor a JPEG (by its first bytes); convert it to one of them"
        case .notJPEG(let path):
            "\(path): not a JPEG file (does not start with the JPEG signature)"
        case .notPNG(let path):
            "\(path): not a PNG file (does not start with the PNG signature)"
        case .truncated(let path):
            "\(path): the picture ends too early (its last part is missing); fetch or save the file again"
        case .corrupt(let path, let format, let reason):
            "\(path): damaged \(format) (\(reason)); fetch or save the file again"
        case .tooLarge(let path, let width, let height, let mostPixels):
            "\(path): \(width)×\(height) pixels, at most \(mostPixels) pixels are read; scale it down"
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written (\(reason))"
        }
    }
}
