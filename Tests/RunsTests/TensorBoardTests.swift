import Foundation
import Runs
import Testing

/// TensorBoard's own reader on our log, where Python and the package tensorboard are there
/// (`$CNNTOP_PYTHON`, else python3).
@Suite
struct TensorBoardTests {
    private struct Found: Decodable {
        /// `[step, value]`, `[step, width, height, first bytes]`
        var scalars: [String: [[Field]]]
        var images: [String: [[Field]]]
        var texts: [String: [String]]
    }

    private enum Field: Decodable, Equatable {
        case number(Int)
        case text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    private static let python = ProcessInfo.processInfo.environment["CNNTOP_PYTHON"] ?? "python3"

    /// Why the test is skipped, if it is.
    private static let missing: Comment? = {
        let (status, _) = read("/nowhere")
        return status == 77 || status == 127
            ? "needs Python with the package tensorboard (\(python) has none; set CNNTOP_PYTHON)" : nil
    }()

    private static func read(_ directory: String) -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, root.appending(path: "TensorBoard/read_run.py").path, directory]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return (127, Data()) }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    @Test(.enabled(if: missing == nil, missing))
    func itsOwnReaderFindsScalarsImagesAndTexts() throws {
        let run = try TemporaryRun()
        try EventLogWriter(run.directory).append(
            [.described(Sample.description())] + (1...9).map { Sample.iteration($0, loss: Float($0) / 2) }
                + [Sample.filters(9), Sample.validation(9, accuracy: 0.5)])
        // A second session that goes back to iteration 4: TensorBoard drops what it took back, too.
        try EventLogWriter(run.directory).append([
            .described(Sample.description(firstIteration: 4)), Sample.iteration(5, loss: .nan),
            Sample.stop(5),
        ])
        let (status, output) = Self.read(run.directory.path)
        #expect(status == 0)
        let found = try JSONDecoder().decode(Found.self, from: output)
        let losses: [[Field]] =
            (1...4).map { [.number($0), .text("\(Float($0) / 2)")] } + [[.number(5), .text("nan")]]
        #expect(found.scalars["training/loss"] == losses)
        for tag in ["training/accuracy", "learningRate", "epoch", "elapsed"] {
            #expect(found.scalars[tag]?.count == 5, "\(tag)")
        }
        #expect(found.scalars["validation/accuracy"]?.isEmpty == true)
        #expect(found.texts["run/description"]?.last?.contains("| preset | fashion-mnist |") == true)
        #expect(
            found.texts["run/stop"]?.first?.hasPrefix("stopped: max epochs reached after iteration 5") == true
        )
    }

    @Test(.enabled(if: missing == nil, missing))
    func filtersAreAPictureOfAllOfThem() throws {
        let run = try TemporaryRun()
        try EventLogWriter(run.directory).append([Sample.filters(9), Sample.validation(9, accuracy: 0.5)])
        let found = try JSONDecoder().decode(Found.self, from: Self.read(run.directory.path).output)
        // Four filters of 3×2, sixteenfold, in two columns with a border of one pixel each.
        #expect(
            found.images["filters/conv_1"] == [[.number(9), .number(68), .number(100), .text("89504e47")]])
        #expect(found.scalars["validation/accuracy"] == [[.number(9), .text("0.5")]])
    }
}
