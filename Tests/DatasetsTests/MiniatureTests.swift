import Datasets
import Tensors
import Testing

/// Samples made small, to be looked at.
struct MiniatureTests {
    @Test func aPictureIsAveragedDownInItsProportions() throws {
        // 64×96, left half black, right half white.
        let pixels = (0..<64 * 96).map { UInt8($0 % 96 < 48 ? 0 : 255) }
        let dataset = Dataset(
            name: "halves", shape: Shape(1, 64, 96), classNames: ["a", "b"], labels: [0],
            samples: .bytes(pixels))
        let small = try #require(dataset.miniature(of: 0))
        #expect(small.shape == Shape(1, 21, 32))
        let halves = Array(repeating: UInt8(0), count: 16) + Array(repeating: UInt8(255), count: 16)
        #expect(Array(small.bytes.prefix(32)) == halves)
    }

    @Test func aSmallPictureStaysAsItIs() throws {
        let dataset = Dataset(
            name: "tiny", shape: Shape(3, 2, 2), classNames: ["a", "b"], labels: [0, 1],
            samples: .bytes((0..<24).map { UInt8($0) }))
        #expect(try #require(dataset.miniature(of: 1)).bytes == (12..<24).map { UInt8($0) })
    }

    @Test func aSignalSpansAllLevels() throws {
        let dataset = Dataset(
            name: "ramp", shape: Shape(1, 1, 3), classNames: ["a", "b"], labels: [0],
            samples: .floats([-2, 0, 2]))
        #expect(try #require(dataset.miniature(of: 0)).bytes == [0, 128, 255])
        let broken = Dataset(
            name: "gap", shape: Shape(1, 1, 3), classNames: ["a", "b"], labels: [0],
            samples: .floats([.nan, 1, 1]))
        #expect(try #require(broken.miniature(of: 0)).bytes == [0, 0, 0])
    }

    @Test func featureVectorsCannotBeLookedAt() {
        let dataset = Dataset(
            name: "features", shape: Shape(5, 1, 1), classNames: ["a", "b"], labels: [0],
            samples: .floats([1, 2, 3, 4, 5]))
        #expect(dataset.miniature(of: 0) == nil)
    }

    @Test func colourMomentsKeepTheirPictures() throws {
        let source = DataSource(.sunsets, features: .colorMoments(ColorMoments()))
        let data = try source.load(seed: 1)
        let small = try #require(data.test.dataset.miniature(of: 3))
        #expect(small.shape == Shape(3, 21, 32) && Set(small.bytes).count > 20)
    }
}
