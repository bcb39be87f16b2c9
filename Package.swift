// swift-tools-version:6.2
import PackageDescription

// The house, from the ground up. A target may import only what its line names: a wrong arrow does not compile.
//
//     Tensors ← Networks ← Training → Runs ← Dashboard → Screen ← Terminal → CNCurses
//                              └────────────── cnntop ─────────────┘

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Loops over pixels and floats are unusably slow without the optimiser, so these targets keep it in debug builds.
let kernels = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "cnntop",
    products: [.executable(name: "cnntop", targets: ["cnntop"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries: a module map and a shim header each.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        // No pkgConfig for ncurses: its file only adds feature macros, which the package manager refuses with a warning.
        .systemLibrary(name: "CNCurses", providers: [.apt(["libncursesw5-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        // No pkgConfig: Debian's package has none.
        .systemLibrary(name: "CLIBSVM", providers: [.apt(["libsvm-dev"])]),
        .systemLibrary(name: "CFreeType", pkgConfig: "freetype2", providers: [.apt(["libfreetype-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // What a mistyped word was meant to be, and how a message quotes text from outside.
        .target(name: "Spelling", swiftSettings: strict),

        // Files to be read, whoever made them.
        .target(name: "Files", swiftSettings: strict),

        // The engine. Its inner loops stand in C, where each instruction set has its own vectors.
        .target(
            name: "CVectorKernels",
            cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        .target(name: "Tensors", dependencies: ["COpenBLAS"], swiftSettings: kernels),
        .target(
            name: "Networks", dependencies: ["Tensors", "Spelling", "CVectorKernels"], swiftSettings: kernels),
        .target(
            name: "Interchange", dependencies: ["Files", "Tensors", "Networks", "CZip", "CZlib", protobuf],
            exclude: ["ONNX/onnx.proto"],
            swiftSettings: kernels),

        // Pictures and data.
        .target(name: "Pictures", dependencies: ["Files", "CPNG", "CJPEG"], swiftSettings: kernels),
        .target(
            name: "Datasets", dependencies: ["Files", "Spelling", "Tensors", "Pictures", "CZlib"],
            swiftSettings: kernels),

        // What is said of classifiers by counting: intervals, tests, curves.
        .target(name: "Statistics", swiftSettings: strict),

        // Classical learning: support vector machines.
        .target(name: "Classical", dependencies: ["Files", "Tensors", "CLIBSVM"], swiftSettings: kernels),

        // A run: its vocabulary, its log, its trainer.
        .target(
            name: "Runs", dependencies: ["Files", "Pictures", "Statistics", protobuf],
            exclude: ["EventFile/EventFile.proto"],
            swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: [
                "Files", "Tensors", "Networks", "Datasets", "Interchange", "Classical", "Pictures", "Runs",
                "Spelling", "Statistics", yams,
            ],
            swiftSettings: kernels),

        // The screen: cells, what is on them, and the terminal that shows them.
        .target(name: "Screen", swiftSettings: strict),
        .target(
            name: "Dashboard", dependencies: ["Screen", "Runs", "Spelling", "Statistics"],
            swiftSettings: strict),
        .target(
            name: "Screenshots", dependencies: ["Screen", "Pictures", "CFreeType"], swiftSettings: strict),
        .target(name: "Terminal", dependencies: ["Screen", "CNCurses"], swiftSettings: strict),

        .executableTarget(
            name: "cnntop",
            dependencies: [
                "Files", "Spelling", "CVectorKernels", "Tensors", "Networks", "Datasets", "Interchange",
                "Classical", "Runs", "Training", "Screen",
                "Dashboard",
                "Screenshots", "Pictures", "Statistics", "Terminal", argumentParser,
            ],
            swiftSettings: strict),

        .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: strict),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: kernels),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .testTarget(
            name: "NetworksTests", dependencies: ["Networks", "Tensors", "AllocationCounter"],
            swiftSettings: kernels),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Interchange", "Tensors", "Networks", "Datasets", protobuf],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "PicturesTests", dependencies: ["Pictures", "Screenshots", "Screen"], swiftSettings: strict),
        .testTarget(
            name: "DatasetsTests", dependencies: ["Datasets", "Pictures", "Tensors"], swiftSettings: strict),
        .testTarget(
            name: "ClassicalTests", dependencies: ["Classical", "Tensors", "CLIBSVM"],
            swiftSettings: strict),
        .testTarget(name: "StatisticsTests", dependencies: ["Statistics"], swiftSettings: strict),
        .testTarget(
            name: "RunsTests", dependencies: ["Runs", "Statistics"],
            swiftSettings: strict),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "Tensors", "Networks", "Datasets", "Classical", "Interchange", "Pictures", "Runs",
                "Spelling", "Statistics",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Networks", "Tensors", "Interchange", "Training"],
            swiftSettings: strict),
        .testTarget(name: "ScreenTests", dependencies: ["Screen"], swiftSettings: strict),
        .testTarget(
            name: "DashboardTests", dependencies: ["Dashboard", "Screen", "Runs", "Statistics"],
            exclude: ["Recordings", "Snapshots"], swiftSettings: strict),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "Screen"], swiftSettings: strict),
        .testTarget(name: "EndToEndTests", dependencies: ["Runs"], swiftSettings: strict),
    ]
)
