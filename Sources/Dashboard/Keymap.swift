import Screen

/// All keys of the dashboard: one table for dispatch, the help screen and the README.
public enum Keymap {
    /// The table in Markdown, for the README.
    public static var markdown: String { "| key | does |\n|---|---|" }
}
