/// Numbers that take the place of a picture or a signal.
public enum SampleFeatures: Sendable, Equatable, Codable {
    case colorMoments(ColorMoments)
    case randomConvolutions(RandomConvolutions)
    /// What a layer of a trained network makes of it; who loads the data must bring the network.
    case network(NetworkFeatures)
}

/// Which layers of which network compute features.
public struct NetworkFeatures: Sendable, Equatable, Codable {
    /// A model's file or folder, a run, or with `weights` the name of a preset.
    public var model: String?
    public var weights: String?
    /// The layer that the classifier takes when empty; `[all]` for the ends of all blocks.
    public var layers: [String]
    /// `rgb`, `bgr` or `grey`, where neither the model nor anyone else tells.
    public var channels: String?
    /// How pictures become the network's inputs, where the model is not to say it.
    public var normalization: Normalization?
    /// Maps become one number each, their mean; else all their numbers count.
    public var pools: Bool
    /// The mean over each picture and its mirror image.
    public var mirrors: Bool
    /// `sign(x) · √|x|` in place of each number.
    public var takesRoots: Bool

    /// In place of layers' names.
    public static let all = "all"

    public init(
        model: String? = nil, weights: String? = nil, layers: [String] = [], channels: String? = nil,
        normalization: Normalization? = nil, pools: Bool = true, mirrors: Bool = false,
        takesRoots: Bool = false
    ) {
        self.model = model
        self.weights = weights
        self.layers = layers
        self.channels = channels
        self.normalization = normalization
        self.pools = pools
        self.mirrors = mirrors
        self.takesRoots = takesRoots
    }
}
