import Pictures
import Tensors

/// Mean and standard deviation of three colour bands in each block of a grid over a picture: the classical features
/// for telling scenes apart.
///
/// The bands are `L = R + G + B` (lightness), `S = R − B` (orange against blue) and `T = R − 2G + B` (purple against
/// green) of pixels 0…255; the deviation is the sample's, divided by n − 1. The numbers come block by block, row by row
/// from the upper left, each block as mean and deviation of L, of S, of T: 7·7·6 = 294 of them.
///
/// Source: Boutell, Luo, Shen, Brown, "Learning multi-label scene classification", Pattern Recognition 37 (2004) 1757.
public struct ColorMoments: Sendable, Equatable, Codable {
    /// Where the grid lies when its blocks do not cover the picture exactly.
    public enum Placement: String, Sendable, Codable, CaseIterable {
        case centered
        case upperLeft = "upper-left"
    }

    public let rows: Int
    public let columns: Int
    public let placement: Placement

    /// Numbers for each block: two moments of three bands.
    public static let featuresPerBlock = 6

    public init(rows: Int = 7, columns: Int = 7, placement: Placement = .centered) {
        precondition(rows > 0 && columns > 0, "a grid of \(rows)×\(columns) blocks")
        self.rows = rows
        self.columns = columns
        self.placement = placement
    }

    public var count: Int { rows * columns * Self.featuresPerBlock }

    /// The features of one picture; grey counts as red, green and blue alike, transparency is laid over black.
    ///
    /// The picture needs at least as many pixels along each side as the grid has blocks.
    public func features(of picture: Picture) -> [Float] { moments(of: picture).map(Float.init) }

    /// The same without rounding to the precision of a network's inputs.
    public func moments(of picture: Picture) -> [Double] {
        precondition(
            picture.width >= columns && picture.height >= rows,
            "a grid of \(rows)×\(columns) blocks over \(picture.width)×\(picture.height) pixels")
        let picture = picture.converted(toChannels: 3)
        return picture.pixels.withUnsafeBufferPointer { pixels in
            moments(width: picture.width, height: picture.height) { x, y in
                let place = (y * picture.width + x) * 3
                return (Int32(pixels[place]), Int32(pixels[place + 1]), Int32(pixels[place + 2]))
            }
        }
    }

    /// The features of a sample of a dataset, `[C, H, W]` of one or three channels.
    func features(ofPlanes planes: UnsafeBufferPointer<UInt8>, shape: Shape) -> [Float] {
        let (green, blue) = shape.channels == 3 ? (shape.area, 2 * shape.area) : (0, 0)
        let moments = moments(width: shape.width, height: shape.height) { x, y in
            let place = y * shape.width + x
            return (Int32(planes[place]), Int32(planes[green + place]), Int32(planes[blue + place]))
        }
        return moments.map(Float.init)
    }

    @inline(__always)
    private func moments(
        width: Int, height: Int, color: (_ x: Int, _ y: Int) -> (red: Int32, green: Int32, blue: Int32)
    ) -> [Double] {
        let (blockWidth, blockHeight) = (width / columns, height / rows)
        let isCentered = placement == .centered
        let left = isCentered ? (width - columns * blockWidth) / 2 : 0
        let top = isCentered ? (height - rows * blockHeight) / 2 : 0
        var moments: [Double] = []
        moments.reserveCapacity(count)
        for row in 0..<rows {
            for column in 0..<columns {
                var sums = BandSums()
                for y in top + row * blockHeight..<top + (row + 1) * blockHeight {
                    sums.addRow(left + column * blockWidth..<left + (column + 1) * blockWidth) {
                        color($0, y)
                    }
                }
                sums.appendMoments(to: &moments, count: blockWidth * blockHeight)
            }
        }
        return moments
    }
}

/// Sums over a block's pixels, in whole numbers so that nothing is rounded before the end.
private struct BandSums {
    private var l = 0, s = 0, t = 0
    private var ll = 0, ss = 0, tt = 0

    /// A row of a block: 32 bits hold the squares (at most 1020²) of 4,000 pixels, so longer ones go in parts.
    @inline(__always)
    mutating func addRow(_ range: Range<Int>, color: (Int) -> (red: Int32, green: Int32, blue: Int32)) {
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 2048) {
            var (l, s, t): (Int32, Int32, Int32) = (0, 0, 0)
            var (ll, ss, tt): (Int32, Int32, Int32) = (0, 0, 0)
            for x in start..<min(start + 2048, range.upperBound) {
                let (red, green, blue) = color(x)
                let lightness = red &+ green &+ blue
                let orange = red &- blue
                let purple = red &- 2 &* green &+ blue
                l &+= lightness
                s &+= orange
                t &+= purple
                ll &+= lightness &* lightness
                ss &+= orange &* orange
                tt &+= purple &* purple
            }
            self.l += Int(l)
            self.s += Int(s)
            self.t += Int(t)
            self.ll += Int(ll)
            self.ss += Int(ss)
            self.tt += Int(tt)
        }
    }

    func appendMoments(to moments: inout [Double], count: Int) {
        for (sum, squares) in [(l, ll), (s, ss), (t, tt)] {
            let n = Double(count)
            let mean = Double(sum) / n
            let variance = count > 1 ? (Double(squares) - Double(sum) * mean) / (n - 1) : 0
            moments.append(mean)
            moments.append(max(0, variance).squareRoot())
        }
    }
}

extension Dataset {
    /// The dataset with each picture replaced by its colour moments, `[count, 1, 1]`.
    ///
    /// - Throws: `ColorMomentsError` where the samples are no pictures or have fewer pixels than the grid has blocks.
    func colorMoments(_ moments: ColorMoments) throws(ColorMomentsError) -> Dataset {
        guard case .bytes(let pixels) = samples, [1, 3].contains(shape.channels) else {
            throw .notPictures(name: name, found: shape.description)
        }
        guard shape.width >= moments.columns, shape.height >= moments.rows else {
            throw .tooSmall(
                name: name, found: shape.description, grid: "\(moments.rows)×\(moments.columns)")
        }
        var values: [Float] = []
        values.reserveCapacity(count * moments.count)
        pixels.withUnsafeBufferPointer { pixels in
            for sample in 0..<count {
                let range = sample * shape.count..<(sample + 1) * shape.count
                values += moments.features(
                    ofPlanes: UnsafeBufferPointer(rebasing: pixels[range]), shape: shape)
            }
        }
        return Dataset(
            name: name, shape: Shape(moments.count, 1, 1), classNames: classNames, labels: labels,
            samples: .floats(values), remarks: remarks, files: files, miniatures: allMiniatures())
    }
}

/// Why features could not be extracted.
public enum ColorMomentsError: Error, Equatable, CustomStringConvertible {
    case notPictures(name: String, found: String)
    case tooSmall(name: String, found: String, grid: String)

    public var description: String {
        switch self {
        case .notPictures(let name, let found):
            "\(name): samples of \(found) are no pictures; colour moments need grey or RGB pixels"
        case .tooSmall(let name, let found, let grid):
            "\(name): samples of \(found) are smaller than the grid of \(grid) blocks; give the data a larger “size”"
        }
    }
}
