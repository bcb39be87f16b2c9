import Files
import Glibc
import Pictures
import Screenshots

extension GraphDrawing {
    /// As an SVG, or a PNG where the path ends so.
    ///
    /// - Throws: `GraphNotWritten`; `ScreenshotError` or `PictureError` for a PNG.
    func write(to path: String) throws {
        if path.lowercased().hasSuffix(".png") { return try Picture(of: diagram).write(to: path) }
        guard let file = fopen(path, "w") else { throw GraphNotWritten(path: path, code: errno) }
        let isWritten = fputs(diagram.svg, file) >= 0
        guard fclose(file) == 0, isWritten else {
            defer { removeIncompleteFile(path) }
            throw GraphNotWritten(path: path, code: errno)
        }
    }
}

struct GraphNotWritten: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String {
        "\(path): cannot write the picture of the network: \(String(cString: strerror(code)))"
    }
}
