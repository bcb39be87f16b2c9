/// How a map `[height, width, channels]` lies among zeros, so that windows need not look where they are.
struct PaddedMaps {
    var height, width, channels: Int
    /// Size with the padding that windows reach; what lies beyond it is cut off.
    var paddedHeight, pitch: Int
    var top, left: Int

    /// Windows stay inside the map: it needs no copy.
    var isMapItself: Bool { top == 0 && left == 0 && paddedHeight <= height && pitch <= width }
    var count: Int { isMapItself ? 0 : (paddedHeight * pitch * channels + 31) / 16 * 16 }
    /// Whether every place in the padded map is an Int32.
    var hasPlaces: Bool {
        let (count, overflows) = pitch.multipliedReportingOverflow(by: channels)
        let (all, overflowsAgain) = count.multipliedReportingOverflow(by: paddedHeight)
        return !overflows && !overflowsAgain && all <= Int(Int32.max)
    }
    /// Numbers from one line to the next, as windows see it.
    var line: Int { (isMapItself ? width : pitch) * channels }

    /// The padded map, in `target` unless it needs no copy.
    @inline(__always)
    func pad(
        _ map: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        pad(map, into: target, lines: 0..<paddedHeight)
    }

    /// The same, only some lines of it.
    @inline(__always)
    func pad(
        _ map: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, lines: Range<Int>
    ) -> UnsafeMutablePointer<Float> {
        guard !isMapItself else { return map }
        let columns = min(width, pitch &- left)
        let first = max(lines.lowerBound, top)
        let end = min(lines.upperBound, top &+ height)
        guard first < end, columns > 0 else {
            (target + lines.lowerBound &* line).update(repeating: 0, count: lines.count &* line)
            return target
        }
        var place = target + (first &* line &+ left &* channels)
        (target + lines.lowerBound &* line).update(
            repeating: 0, count: (first &- lines.lowerBound) &* line &+ left &* channels)
        let gap = (pitch &- columns) &* channels
        for row in first..<end {
            place.update(from: map + (row &- top) &* width &* channels, count: columns &* channels)
            // The rest of this row and the beginning of the next.
            if row < end &- 1 { (place + columns &* channels).update(repeating: 0, count: gap) }
            place += line
        }
        place -= gap
        place.update(repeating: 0, count: target + lines.upperBound &* line - place)
        return target
    }
}
