import Testing

/// What a user mistypes on the command line: one line that helps, and exit code 2.
@Suite
struct CommandLineFaults {
    @Test func helpShowsExamples() throws {
        let outcome = try Program.run("--help", in: try Folder())
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE"))
    }
}
