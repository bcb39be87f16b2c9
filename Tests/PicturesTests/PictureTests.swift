import Pictures
import Testing

struct PictureTests {
    @Test func greyIsTheLumaOfColour() {
        let colors = Picture(width: 3, height: 1, channels: 3, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255])
        #expect(colors.converted(toChannels: 1).pixels == [76, 150, 29])
        #expect(Picture(width: 1, height: 1, filledWith: [7]).converted(toChannels: 3).pixels == [7, 7, 7])
    }

    @Test func transparencyIsLaidOverBlack() {
        let half = Picture(width: 1, height: 1, filledWith: [200, 100, 50, 128])
        #expect(half.converted(toChannels: 3).pixels == [100, 50, 25])
    }

    @Test func shrinkingAveragesAllPixels() {
        let stripes = Picture(
            width: 64, height: 2, channels: 1, pixels: (0..<128).map { $0 % 2 == 0 ? 0 : 200 })
        let small = stripes.resized(width: 4, height: 1)
        #expect(small.pixels.allSatisfy { (97...103).contains($0) }, "\(small.pixels)")
    }

    @Test func enlargingIsBilinear() {
        let pair = Picture(width: 2, height: 1, channels: 1, pixels: [0, 100])
        #expect(pair.resized(width: 4, height: 1).pixels == [0, 25, 75, 100])
    }

    @Test func aFlatPictureStaysFlatAtEverySize() {
        let flat = Picture(width: 7, height: 5, filledWith: [10, 20, 30])
        for (width, height) in [(1, 1), (3, 9), (50, 2), (7, 5)] {
            #expect(
                flat.resized(width: width, height: height)
                    == Picture(width: width, height: height, filledWith: [10, 20, 30]))
        }
    }

    /// Line by line the sums are those of two whole passes, bit by bit.
    @Test(arguments: [(9, 4), (3, 11), (1, 30), (30, 1), (7, 5)])
    func resizingIsTwoPassesOfATriangle(width: Int, height: Int) {
        let picture = Picture(
            width: 7, height: 5, channels: 3, pixels: (0..<105).map { UInt8($0 * 37 % 256) })
        let turned = { (picture: Picture) in
            Picture(
                width: picture.height, height: picture.width, channels: 3,
                pixels: (0..<picture.width).flatMap { x in
                    (0..<picture.height).flatMap { y in Array(picture[x, y]) }
                })
        }
        let both = picture.resized(width: width, height: height)
        #expect(turned(picture).resized(width: height, height: width).pixels.count == both.pixels.count)
        // Along one axis alone each line is on its own.
        let wide = picture.resized(width: width, height: 5)
        for y in 0..<5 {
            let line = Picture(
                width: 7, height: 1, channels: 3, pixels: (0..<7).flatMap { Array(picture[$0, y]) })
            #expect(
                line.resized(width: width, height: 1).pixels == (0..<width).flatMap { Array(wide[$0, y]) })
        }
        #expect(turned(turned(picture).resized(width: 5, height: width)) == wide)
    }
}
