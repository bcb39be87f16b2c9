/// Why a picture could not be read or written.
public enum PictureError: Error, Equatable, CustomStringConvertible {
    case cannotOpen(path: String, reason: String)
    case notPNG(path: String)
    case truncated(path: String)
    case corrupt(path: String, reason: String)
    case tooLarge(path: String, width: Int, height: Int, mostPixels: Int)
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            "\(path): cannot be read (\(reason))"
        case .notPNG(let path):
            "\(path): not a PNG file (does not start with the PNG signature)"
        case .truncated(let path):
            "\(path): the PNG ends too early (its last chunk is missing); fetch or save the file again"
        case .corrupt(let path, let reason):
            "\(path): damaged PNG (\(reason)); fetch or save the file again"
        case .tooLarge(let path, let width, let height, let mostPixels):
            "\(path): \(width)×\(height) pixels, at most \(mostPixels) pixels are read; scale it down"
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written (\(reason))"
        }
    }
}
