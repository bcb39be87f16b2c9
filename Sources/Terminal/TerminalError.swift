/// Why there can be no dashboard here.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
    case noTerminal
    /// `TERM` is `dumb` or says nothing.
    case cannotMoveCursor(term: String)
    case unknown(term: String)

    public var description: String {
        switch self {
        case .noTerminal:
            "standard input and output are no terminal; a dashboard needs one (use --headless without)"
        case .cannotMoveCursor(let term):
            "TERM is '\(term)', a terminal that cannot move its cursor; set TERM (xterm-256color suits most) "
                + "or use --headless"
        case .unknown(let term):
            "TERM is '\(term)', which is unknown here, as are xterm and ansi; install ncurses-base or set TERMINFO"
        }
    }
}
