import Tensors

/// Random changes that leave a sample's class as it is; switched per preset, applied to training samples only.
///
/// They are composed into one map from output to input pixels: mirror, then rotate and scale about the centre, then
/// shift. What comes from outside the sample has the raw value 0. A signal (height 1) is only mirrored, shifted and
/// scaled along its width, and goes on at its ends with the values it ended with.
public struct Augmentation: Sendable, Equatable, Codable {
    /// Left and right change places in half of the samples.
    public var mirrorHorizontally: Bool
    /// Top and bottom change places in half of the samples.
    public var mirrorVertically: Bool
    /// Largest shift along the width and along the height in whole pixels, to either side.
    public var horizontalShift, verticalShift: Int
    /// Largest rotation to either side, in degrees.
    public var rotation: Float
    /// Smallest and largest magnification, 1 for none.
    public var smallestScale, largestScale: Float
    /// Pads every side by so many pixels and crops at random back to the sample's size.
    public var cropPadding: Int
    /// Largest change of the height, to either side: 0.1 is a factor from 0.9 to 1.1 on normalised values.
    public var gain: Float
    /// Largest standard deviation of noise added to normalised values.
    public var noise: Float
    /// Largest displacement along the width by a slow wave, as a share of the width: stretches here, squeezes there.
    public var bend: Float

    public static let none = Augmentation()

    public init(
        mirrorHorizontally: Bool = false, mirrorVertically: Bool = false, horizontalShift: Int = 0,
        verticalShift: Int = 0, rotation: Float = 0, smallestScale: Float = 1, largestScale: Float = 1,
        cropPadding: Int = 0, gain: Float = 0, noise: Float = 0, bend: Float = 0
    ) {
        precondition(
            horizontalShift >= 0 && verticalShift >= 0 && cropPadding >= 0,
            "negative shift or padding: \(horizontalShift), \(verticalShift), \(cropPadding)")
        precondition(
            0 < smallestScale && smallestScale <= largestScale,
            "scales from \(smallestScale) to \(largestScale)")
        self.mirrorHorizontally = mirrorHorizontally
        self.mirrorVertically = mirrorVertically
        self.horizontalShift = horizontalShift
        self.verticalShift = verticalShift
        self.rotation = rotation
        self.smallestScale = smallestScale
        self.largestScale = largestScale
        precondition(
            (0..<1).contains(gain) && noise >= 0 && (0..<0.5).contains(bend),
            "gain \(gain), noise \(noise), bend \(bend)")
        self.cropPadding = cropPadding
        self.gain = gain
        self.noise = noise
        self.bend = bend
    }

    public var isIdentity: Bool { self == .none }

    /// Draws one change. Always takes the same number of draws, so that switching one kind on does not change what
    /// the others do.
    func randomWarp(height: Int, width: Int, random: inout RandomSource) -> Warp {
        let mirrorsX = random.uniform() < 0.5 && mirrorHorizontally
        let mirrorsY = random.uniform() < 0.5 && mirrorVertically
        let shiftX =
            random.integer(-horizontalShift...horizontalShift) + random.integer(-cropPadding...cropPadding)
        let cropY = height > 1 ? cropPadding : 0
        let shiftY = random.integer(-verticalShift...verticalShift) + random.integer(-cropY...cropY)
        let angle = random.uniform(-rotation, rotation)
        let scale = random.uniform(smallestScale, largestScale)
        let (bendSize, bendPhase) = (random.uniform(-bend, bend), random.uniform(0, 2 * .pi))
        return Warp(
            mirrorsX: mirrorsX, mirrorsY: mirrorsY, shiftX: shiftX, shiftY: shiftY,
            angle: height > 1 ? angle : 0, scale: scale,
            bend: bendSize * Float(width), bendPhase: bendPhase)
    }

    /// Changes height and adds noise to a sample's normalised values.
    func alter(_ values: UnsafeMutableBufferPointer<Float>, count: Int, random: inout RandomSource) {
        guard gain > 0 || noise > 0 else { return }
        let factor = 1 + random.uniform(-gain, gain)
        let deviation = noise * random.uniform()
        for i in 0..<count {
            values[i] = values[i] * factor + (deviation > 0 ? deviation * random.normal() : 0)
        }
    }
}

extension RandomSource {
    fileprivate mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + integer(below: range.count)
    }
}
