import Glibc
import Screen

/// What standard output can show when text scrolls there, without a screen being opened.
public struct PlainOutput: Sendable, Equatable {
    public let isTerminal: Bool
    /// Columns; 80 where nobody says.
    public let width: Int
    public let capabilities: Capabilities

    /// Of this process.
    public init() {
        let environment = TerminalEnvironment.ofThisProcess()
        var window = winsize()
        isTerminal = isatty(1) == 1
        let knowsWidth = isTerminal && ioctl(1, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
        width = knowsWidth ? Int(window.ws_col) : 80
        capabilities = environment.plainCapabilities(isTerminal: isTerminal)
    }
}

extension TerminalEnvironment {
    /// Colours go to a terminal alone; how many it has, its name must tell.
    package func plainCapabilities(isTerminal: Bool) -> Capabilities {
        let colors: ColorTier =
            !isTerminal || forbidsColor || isDumb
            ? .monochrome
            : promisesTrueColor ? .trueColor : term.contains("256color") || isTmux ? .palette : .sixteen
        return Capabilities(colors: colors, glyphs: glyphs)
    }
}
