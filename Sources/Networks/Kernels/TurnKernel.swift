import Tensors

/// Turns the filters of a convolution by 180° and puts their channels first, for this step's backward products:
/// `[groups, F, C, area]` → `[groups, C, F, area]`.
struct TurnKernel<Element: Scalar> {
    var weights, turned: UnsafeMutablePointer<Element>
    var groups, filters, channels, area: Int

    func run() {
        let groupSize = filters * channels * area
        for group in 0..<groups {
            let source = weights + group * groupSize
            let target = turned + group * groupSize
            for filter in 0..<filters {
                for channel in 0..<channels {
                    let from = source + (filter * channels + channel) * area
                    let to = target + (channel * filters + filter) * area
                    for position in 0..<area { to[area - 1 - position] = from[position] }
                }
            }
        }
    }
}
