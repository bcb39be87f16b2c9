import Datasets
import Foundation
import Pictures
import Tensors
import Testing

struct ColorMomentsTests {
    @Test func aBlockGivesMeanAndDeviationOfEachBand() {
        // Two pixels a block, one block: L 60 and 90, S −20 and −20, T 0 and 0.
        let picture = Picture(width: 2, height: 1, channels: 3, pixels: [10, 20, 30, 20, 30, 40])
        let found = ColorMoments(rows: 1, columns: 1).features(of: picture)
        #expect(found == [75, Float(450).squareRoot(), -20, 0, 0, 0])
    }

    @Test func blocksComeRowByRowAndBordersAreCut() {
        // 5×3 grey pixels under a grid of 1×2 blocks of 2×3: centred, the middle would begin at column 0 of 5 / 2.
        let pixels = (0..<15).map { UInt8($0 % 5) }
        let picture = Picture(width: 5, height: 3, channels: 1, pixels: pixels)
        let means = { (placement: ColorMoments.Placement) in
            let features = ColorMoments(rows: 1, columns: 2, placement: placement).features(of: picture)
            return [features[0], features[6]]
        }
        #expect(means(.upperLeft) == [1.5, 7.5])
        #expect(means(.centered) == [1.5, 7.5])
        let wide = Picture(width: 6, height: 1, channels: 1, pixels: [0, 1, 2, 3, 4, 5])
        #expect(
            ColorMoments(rows: 1, columns: 4).features(of: wide).enumerated().filter { $0.offset % 6 == 0 }
                .map(\.element) == [3, 6, 9, 12])
    }

    private static let folder =
        "\(ProcessInfo.processInfo.environment["CNNTOP_DATA"] ?? "/absent")/sunset-lab"

    /// Both vectors that a course printed for one of its photos.
    @Test(
        .enabled(
            if: FileManager.default.isReadableFile(atPath: "\(folder)/sampleFeatureVector.txt"),
            "sunset-lab/sampleFeatureVector.txt is not in $CNNTOP_DATA"))
    func aPhotoGivesThePrintedNumbers() throws {
        let folder = Self.folder
        let text = try String(contentsOfFile: "\(folder)/sampleFeatureVector.txt", encoding: .utf8)
        let printed = text.split(whereSeparator: \.isNewline).compactMap {
            Double($0.trimmingCharacters(in: .whitespaces))
        }
        #expect(printed.count == 588)
        let picture = try Picture(contentsOf: "\(folder)/testImage.jpg")
        let centered = ColorMoments().moments(of: picture)
        let cornered = ColorMoments(placement: .upperLeft).moments(of: picture)
        // Half a unit of the last printed place.
        let worst = zip(centered + cornered, printed).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= 5e-5, "\(worst)")
    }

    @Test func picturesOfASourceBecomeFeatures() throws {
        let data = try DataSource(
            .sunsets, features: .colorMoments(ColorMoments()), normalization: .range(kinds: 6)
        ).load(
            seed: 1)
        #expect(data.shape == Shape(294, 1, 1))
        #expect(data.classNames == ["other", "sunset"])
        let values = (0..<data.training.count).flatMap { data.training.values(at: $0) }
        #expect(abs((values.min() ?? 9)) < 1e-5 && abs((values.max() ?? 9) - 1) < 1e-5)
    }
}
