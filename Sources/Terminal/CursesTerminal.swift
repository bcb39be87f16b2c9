import CNCurses
import Glibc
import Screen

/// The terminal of this process, held by ncurses: shows grids, reads keys.
///
/// From `init` to `close()` nothing else reaches the screen: file descriptors 1 and 2 lead into a temporary file whose
/// content is shown when the terminal is given back. That happens on `close()`, on signals and on traps.
public final class CursesTerminal {
    public let capabilities: Capabilities
    /// What the user should know: that TERM is unknown and what was taken instead.
    public let notice: String?

    private let modes: termios
    private let captured: Int32
    private let standardOutput: Int32
    private let standardError: Int32
    private let screen: OpaquePointer?
    private var pairs: ColorPairs
    /// What the terminal shows now; `nil` when that is not known.
    private var shown: Grid?
    private var shownTheme: Theme?
    private var isOpen = true
    var lastSize: Size
    var lastPress: (position: Point, at: Double)?

    /// Takes over the terminal.
    ///
    /// - Parameters:
    ///   - colors: forces a tier; poorer than the terminal's is always possible.
    ///   - glyphs: forces a tier.
    public init(colors: ColorTier? = nil, glyphs: GlyphTier? = nil) throws(TerminalError) {
        guard isatty(0) == 1, isatty(1) == 1 else { throw .noTerminal }
        let environment = TerminalEnvironment.ofThisProcess()
        guard !environment.isDumb else { throw .cannotMoveCursor(term: environment.term) }
        var modes = termios()
        tcgetattr(0, &modes)
        self.modes = modes
        let terminal = duplicate(1)
        standardOutput = terminal
        standardError = duplicate(2)
        // Before a screen is open, because asking makes the entry current.
        let isKnown = shim_knows_terminal(environment.term) != 0
        let (screen, entry) = try Self.openScreen(environment, colors, output: terminal)
        self.screen = screen
        captured = Self.captureOutput()
        let tier = Self.prepareScreen(environment, colors)
        capabilities = Capabilities(colors: tier, glyphs: glyphs ?? environment.glyphs)
        pairs = ColorPairs(tier: tier)
        notice =
            !isKnown
            ? "TERM is '\(environment.term)', which is unknown here; drawing as for \(entry)" : nil
        lastSize = Size(width: Int(shim_columns()), height: Int(shim_rows()))
        Restoration.arm(
            terminal: terminal, modes: modes, reset: Self.resetSequence(), captured: captured,
            standardError: standardError)
        Continuation.watch()
    }

    deinit { close() }

    /// Gives the terminal back as it was.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        endwin()
        if let screen { delscreen(screen) }
        dup2(standardOutput, 1)
        dup2(standardError, 2)
        Restoration.replayCaptured()
        Restoration.disarm()
        tcsetattr(0, TCSADRAIN, [modes])
        for descriptor in [captured, standardOutput, standardError] where descriptor >= 0 {
            Glibc.close(descriptor)
        }
    }

    /// Shows a grid; only cells that differ from the last one are touched, and nothing is sent when none does.
    public func draw(_ grid: Grid, theme: Theme) {
        if Continuation.take() { redraw() }
        if shown?.size != grid.size || shownTheme != theme {
            shown = nil
            werase(shim_screen())
        }
        guard shown != grid else { return }
        sweepPairs(theme)
        let old = shown?.cells
        for row in 0..<grid.size.height {
            for column in 0..<grid.size.width {
                let cell = grid.cells[row * grid.size.width + column]
                if let old, old[row * grid.size.width + column] == cell { continue }
                if !cell.isContinuation { put(cell, column: column, row: row, theme: theme) }
            }
        }
        wrefresh(shim_screen())
        shown = grid
        shownTheme = theme
    }

    /// Draws everything anew at the next `draw`, whatever the screen shows now.
    public func redraw() {
        reset_prog_mode()
        clearok(shim_screen(), true)
        shown = nil
    }

    /// Whether something else may have used the screen, so that even an unchanged frame must be drawn again.
    public var isDisturbed: Bool { Continuation.isPending }

    /// Stops this process as Ctrl-Z does and takes the terminal again when it continues.
    public func suspend() {
        endwin()
        let before = Glibc.signal(SIGTSTP, SIG_DFL)
        // The whole foreground group, as the terminal itself would: `make` or a script around this must stop, too.
        kill(0, SIGTSTP)
        Glibc.signal(SIGTSTP, before)
        redraw()
    }

    private func put(_ cell: Cell, column: Int, row: Int, theme: Theme) {
        let look = pairs.look(of: cell.style, theme: theme)
        var attributes: Int32 = 0
        if cell.style.isBold || look.isBright { attributes |= Int32(SHIM_BOLD) }
        if cell.style.isReversed { attributes |= Int32(SHIM_REVERSE) }
        if cell.style.isUnderlined { attributes |= Int32(SHIM_UNDERLINE) }
        var text = cell.character.unicodeScalars.prefix(5).map { wchar_t(bitPattern: $0.value) }
        text.append(0)
        shim_put(Int32(row), Int32(column), text, attributes, look.pair)
    }

    private func sweepPairs(_ theme: Theme) {
        guard pairs.isNearlyExhausted, let shown, let shownTheme else { return }
        pairs.sweep(keeping: Set(shown.cells.map(\.style)), theme: shownTheme)
    }
}

extension CursesTerminal {
    /// Opens the first of the terminfo entries that is there and can place its cursor.
    private static func openScreen(
        _ environment: TerminalEnvironment, _ colors: ColorTier?, output: Int32
    ) throws(TerminalError) -> (OpaquePointer, entry: String) {
        let input = fdopen(duplicate(0), "r")
        let output = fdopen(duplicate(output), "w")
        for entry in environment.entries(for: colors) {
            guard let screen = newterm(entry, output, input) else { continue }
            if shim_string_capability("cup") != nil { return (screen, entry) }
            endwin()
            delscreen(screen)
            throw .cannotMoveCursor(term: environment.term)
        }
        throw .unknown(term: environment.term)
    }

    private static func prepareScreen(_ environment: TerminalEnvironment, _ colors: ColorTier?) -> ColorTier {
        // Raw: Ctrl-C, Ctrl-Z and Ctrl-\ are keys of the dashboard.
        raw()
        noecho()
        nonl()
        keypad(shim_screen(), true)
        nodelay(shim_screen(), true)
        // Or a key that comes while a frame is sent leaves the rest of that frame for the next one.
        typeahead(-1)
        // Milliseconds that a lone Esc waits for the rest of a sequence; SSH delivers sequences whole.
        set_escdelay(25)
        curs_set(0)
        shim_mouse_on()
        guard has_colors() else { return .monochrome }
        start_color()
        use_default_colors()
        return environment.tier(forced: colors, colors: Int(shim_colors()))
    }

    /// Leads descriptors 1 and 2 into a file without a name.
    private static func captureOutput() -> Int32 {
        var template = Array("/tmp/cnntop-XXXXXX".utf8CString)
        var descriptor = mkstemp(&template)
        if descriptor >= 0 { unlink(template) }
        if descriptor < 0 { descriptor = open("/dev/null", O_RDWR) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_APPEND)
        fflush(nil)
        dup2(descriptor, 1)
        dup2(descriptor, 2)
        return descriptor
    }

    /// Escape sequences that undo all of the above, for handlers that cannot call ncurses.
    private static func resetSequence() -> [UInt8] {
        var bytes: [UInt8] = []
        for name in ["sgr0", "op", "rmkx", "cnorm"] { bytes += capability(name) }
        if !capability("kmous").isEmpty { bytes += Array("\u{1B}[?1006l\u{1B}[?1000l".utf8) }
        return bytes + capability("rmcup") + Array("\r".utf8)
    }

    /// A string capability without its padding marks (`$<5>`).
    private static func capability(_ name: String) -> [UInt8] {
        guard let text = shim_string_capability(name) else { return [] }
        let parts = String(cString: text).split(separator: "$<", omittingEmptySubsequences: false)
        let rest = parts.dropFirst().map { $0.drop { $0 != ">" }.dropFirst() }
        return Array((String(parts.first ?? "") + rest.joined()).utf8)
    }
}

/// A second descriptor for the same file, closed when another program starts.
private func duplicate(_ descriptor: Int32) -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 3) }
