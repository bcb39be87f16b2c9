import Screen

/// The screen as a PNG.
enum ScreenPicture {
    /// Writes a frame under the next free name in the folder and returns the path.
    static func save(_ grid: Grid, theme: Theme, in folder: String) throws -> String {
        throw ScreenPictureFault()
    }
}

struct ScreenPictureFault: Error, CustomStringConvertible {
    var description: String { "pictures of the screen cannot be made yet" }
}
