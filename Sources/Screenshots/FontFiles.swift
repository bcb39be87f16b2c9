import Glibc

/// Where the files of DejaVu Sans Mono are. It has box, block and braille glyphs and may be used by anyone.
struct FontFiles: Equatable {
    let regular: String
    let bold: String

    /// Debian, Fedora, Arch, and what an administrator added.
    static let folders = [
        "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-mono-fonts", "/usr/share/fonts/TTF",
        "/usr/local/share/fonts",
    ]

    static func find(in folders: [String] = folders) throws(ScreenshotError) -> FontFiles {
        for folder in folders {
            let regular = "\(folder)/DejaVuSansMono.ttf"
            guard access(regular, R_OK) == 0 else { continue }
            let bold = "\(folder)/DejaVuSansMono-Bold.ttf"
            return FontFiles(regular: regular, bold: access(bold, R_OK) == 0 ? bold : regular)
        }
        throw .noFont(looked: folders)
    }
}

/// Why no picture of a screen could be made.
public enum ScreenshotError: Error, Equatable, CustomStringConvertible {
    case noFont(looked: [String])
    case badFont(path: String, reason: String)
    case tooLarge(width: Int, height: Int)

    public var description: String {
        switch self {
        case .noFont(let looked):
            "no picture: DejaVuSansMono.ttf is not in \(looked.joined(separator: ", ")); "
                + "install it (apt-get install fonts-dejavu-core)"
        case .tooLarge(let width, let height):
            "no picture: it would have \(width)×\(height) pixels; write an SVG instead (a name that ends in .svg)"
        case .badFont(let path, let reason):
            "no picture: \(path) cannot be used as a font (\(reason)); install fonts-dejavu-core again"
        }
    }
}
