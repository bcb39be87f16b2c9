import Tensors

/// Scenes that the program paints itself: sunsets, and what is easily taken for them.
///
/// 96×64 RGB pictures, taken by a careless photographer: the horizon high, low and aslant, colours and light by chance,
/// noise, something near the lens. A sunset is a sky that runs from dark blue or violet down to yellow, with a sun that
/// may hide, over land or a sea that mirrors it; or the same behind a skyline, below clouds that leave a warm strip, or
/// after the sun has gone. The others are days, nights and towns, and as hard negatives hazes, woods in autumn,
/// deserts, rooms in lamplight, walls in the evening sun and streets under lamps: as warm, but in other places.
public struct SunsetsDataset: GeneratedDataset {
    public static let name = "sunsets"
    public static let classNames = ["other", "sunset"]
    static let width = 96, height = 64
    public static let shape = Shape(3, height, width)

    public let trainingCount: Int
    public let testCount: Int

    public init(trainingCount: Int = 2000, testCount: Int = 500) {
        self.trainingCount = trainingCount
        self.testCount = testCount
    }

    public static func samples(labels: [Int32], random: RandomSource) -> Dataset.Samples {
        pictures(labels: labels, random: random) { sample, label, place, source in
            let kinds = SceneKind.of(label)
            Scene(kinds[sample / 2 % kinds.count], random: &source).paint(into: place, random: &source)
        }
    }
}

/// What a scene shows.
enum SceneKind: CaseIterable {
    case sunset, skyline, overcastSunset, afterglow
    case day, greyDay, haze, autumnWood, desert, lamplight, town, sunlitTown, night, streetLamps

    static let sunsets: [SceneKind] = [.sunset, .skyline, .overcastSunset, .afterglow]
    static let others = allCases.filter { !sunsets.contains($0) }

    /// Of a class.
    static func of(_ label: Int) -> [SceneKind] { label == 1 ? sunsets : others }
}
