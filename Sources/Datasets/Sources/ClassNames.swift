/// The class names of the data sets whose files hold numbers only, in the order of the numbers.
enum ClassNames {
    static func of(_ name: DataSource.Name) -> [String] {
        switch name {
        case .fashionMNIST: fashion
        case .mnist: (0...9).map(String.init)
        case .cifar10: cifar10
        case .cifar100: cifar100
        case .shapes: ShapesDataset.classNames
        case .chromatograms: ChromatogramsDataset.classNames
        case .sunsets: SunsetsDataset.classNames
        case .windows: TraceWindows.classNames
        case .folder, .idx, .signals, .features: []
        }
    }

    private static let fashion = [
        "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ]

    private static let cifar10 = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// The fine labels.
    private static let cifar100 = """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can \
        castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin \
        elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster \
        man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck \
        pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk \
        skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger \
        tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
        """.split(separator: " ").map(String.init)
}
