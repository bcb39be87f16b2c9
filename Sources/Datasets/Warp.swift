import Glibc

/// One change of a sample's geometry, already drawn.
struct Warp: Equatable {
    var mirrorsX = false
    var mirrorsY = false
    /// In whole pixels, to the right and down.
    var shiftX = 0
    var shiftY = 0
    /// In degrees, counter-clockwise as seen on a screen.
    var angle: Float = 0
    var scale: Float = 1
    /// Amplitude, in pixels, and phase of a wave along the width that moves pixels to and fro.
    var bend: Float = 0
    var bendPhase: Float = 0

    /// Whether every output pixel is exactly one input pixel.
    var isExact: Bool { angle == 0 && scale == 1 && bend == 0 }

    /// Where an output pixel comes from: `input = matrix · (output − shift − centre) + centre`, mirrored.
    func inverse(height: Int, width: Int) -> InverseMap {
        let radians = angle * .pi / 180
        let (cosine, sine) = (cos(radians) / scale, sin(radians) / scale)
        let center = (x: Float(width - 1) / 2, y: Float(height - 1) / 2)
        let (signX, signY): (Float, Float) = (mirrorsX ? -1 : 1, mirrorsY ? -1 : 1)
        var map = InverseMap(
            xFromX: cosine * signX, xFromY: -sine * signX, yFromX: sine * signY, yFromY: cosine * signY)
        // A signal's rows are not space: only its width is scaled.
        if height == 1 { map.yFromY = 1 }
        let (originX, originY) = (center.x + Float(shiftX), center.y + Float(shiftY))
        map.x = center.x - map.xFromX * originX - map.xFromY * originY
        map.y = center.y - map.yFromX * originX - map.yFromY * originY
        (map.bend, map.bendPhase, map.bendPitch) = (bend, bendPhase, 2 * .pi / Float(width))
        return map
    }
}

/// `inputX = x + xFromX · outputX + xFromY · outputY`, and the same for y.
struct InverseMap {
    var xFromX, xFromY, yFromX, yFromY: Float
    var x: Float = 0
    var y: Float = 0
    /// Added to `inputX`: `bend · sin(bendPitch · outputX + bendPhase)`.
    var bend: Float = 0
    var bendPhase: Float = 0
    var bendPitch: Float = 0
}
