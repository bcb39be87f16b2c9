import ArgumentParser

/// The program: one file per subcommand, the only place where all modules meet.
@main
struct Cnntop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cnntop",
        abstract: "Train convolutional networks and watch them learn, in the terminal."
    )
}
