import CNCurses
import Screen

/// The colour pairs of ncurses: which number stands for which foreground and background.
///
/// A pair that is on the screen must keep its meaning, so when the numbers run out those that the last frame does not
/// show are given out again.
struct ColorPairs {
    private struct Colors: Hashable {
        let foreground: Int32
        let background: Int32
    }

    private let tier: ColorTier
    /// Highest usable number.
    private let limit: Int32
    private var numbers: [Colors: Int32] = [:]
    private var free: [Int32] = []
    private var next: Int32 = 1
    /// By style, because a frame has thousands of cells and few styles.
    private var known: [Style: Look] = [:]
    private var theme: Theme?

    /// What a style comes to on this terminal.
    struct Look {
        var pair: Int32
        /// The text must be bold to get a bright colour.
        var isBright: Bool
    }

    init(tier: ColorTier) {
        self.tier = tier
        limit = min(shim_color_pairs(), 32_767) - 1
    }

    /// Pair 0, the terminal's own colours, where no pair is left.
    mutating func look(of style: Style, theme: Theme) -> Look {
        guard tier != .monochrome else { return Look(pair: 0, isBright: false) }
        if self.theme != theme {
            known = [:]
            self.theme = theme
        }
        if let look = known[style] { return look }
        let look = makeLook(of: style, theme: theme)
        known[style] = look
        return look
    }

    private mutating func makeLook(of style: Style, theme: Theme) -> Look {
        var foreground = number(style.foreground, theme: theme, isBackground: false)
        var background = number(style.background, theme: theme, isBackground: true)
        // Terminals with eight colours get the bright ones as bold text.
        let hasEight = tier == .sixteen && shim_colors() < 16
        let isBright = hasEight && foreground >= 8
        if hasEight {
            if foreground >= 8 { foreground -= 8 }
            if background >= 8 { background -= 8 }
        }
        return Look(
            pair: allocate(Colors(foreground: foreground, background: background)), isBright: isBright)
    }

    private mutating func allocate(_ colors: Colors) -> Int32 {
        if let number = numbers[colors] { return number }
        guard let number = free.popLast() ?? unused() else { return 0 }
        guard init_extended_pair(number, colors.foreground, colors.background) == OK else { return 0 }
        numbers[colors] = number
        return number
    }

    private mutating func unused() -> Int32? {
        guard next <= limit else { return nil }
        defer { next += 1 }
        return next
    }

    /// Whether a sweep is due before the next frame.
    var isNearlyExhausted: Bool { free.count + Int(limit - next) < Int(limit) / 4 }

    /// Takes back all pairs but those of the styles that are on the screen.
    mutating func sweep(keeping styles: Set<Style>, theme: Theme) {
        let kept = Set(styles.map { look(of: $0, theme: theme).pair })
        known = [:]
        for (colors, number) in numbers where !kept.contains(number) {
            numbers[colors] = nil
            free.append(number)
        }
    }

    /// A colour in the terminal's numbering; −1 is its own.
    private func number(_ color: Color, theme: Theme, isBackground: Bool) -> Int32 {
        switch tier {
        case .monochrome: return -1
        case .sixteen:
            switch color {
            case .none: return -1
            case .ink(let ink): return theme.ansi(ink).map(Int32.init) ?? -1
            case .rgb(let red, let green, let blue): return Int32(RGB(red, green, blue).ansiIndex)
            }
        case .palette: return Int32(rgb(color, theme, isBackground).paletteIndex)
        case .trueColor:
            let rgb = rgb(color, theme, isBackground)
            // Direct-colour entries keep the numbers below eight for the ANSI colours.
            return max(8, Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue))
        }
    }

    private func rgb(_ color: Color, _ theme: Theme, _ isBackground: Bool) -> RGB {
        let rgb = theme.rgb(color) ?? (isBackground ? theme.background : theme.foreground)
        guard case .rgb = color else { return rgb }
        // Pixels of a thumbnail in steps of eight: nobody sees it, and weights that creep do not repaint their cells
        // in every frame (a third of the bytes over SSH).
        func step(_ level: UInt8) -> UInt8 { level & 0xF8 | level >> 5 }
        return RGB(step(rgb.red), step(rgb.green), step(rgb.blue))
    }
}
