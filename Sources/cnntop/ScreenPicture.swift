import Glibc
import Pictures
import Screen
import Screenshots

/// The screen as a PNG.
enum ScreenPicture {
    /// Writes a frame under the next free name (`screen-0001.png`) in the folder and returns the path.
    static func save(_ grid: Grid, theme: Theme, in folder: String) throws -> String {
        // An error other than "is there already" shows when the file is written.
        mkdir(folder, 0o777)
        var number = 1
        while access(path(number, in: folder), F_OK) == 0 { number += 1 }
        let path = path(number, in: folder)
        try Picture(of: grid, theme: theme).write(to: path)
        return path
    }

    private static func path(_ number: Int, in folder: String) -> String {
        let digits = String(number)
        return folder + "/screen-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ".png"
    }
}
