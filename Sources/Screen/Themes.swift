extension Theme {
    /// The default: cool greys, one warm and one cold accent.
    public static let dark = Theme(
        "dark", isDark: true, background: 0x14171C, foreground: 0xD5DAE2,
        [
            .faint: 0x6E7886, .title: 0xF2F5F9, .border: 0x3D4652, .focus: 0x5CCFE6, .key: 0xFFB454,
            .good: 0x87D96C, .warning: 0xFFD173, .bad: 0xF28779, .selected: 0x5CCFE6,
            .training: 0x59B4FF, .trainingRaw: 0x2E5A83, .validation: 0xFFB454, .rate: 0xD4A6FF,
            .edit: 0xFF8FD0, .epoch: 0x323A45, .band: 0x1B2027,
        ])

    /// For bright rooms and projectors.
    public static let light = Theme(
        "light", isDark: false, background: 0xFAFAF7, foreground: 0x2B2F36,
        [
            .faint: 0x8A919B, .title: 0x0B0D10, .border: 0xC3C8CF, .focus: 0x0070A8, .key: 0xA84300,
            .good: 0x2E7D1E, .warning: 0x946200, .bad: 0xC1272D, .selected: 0x0070A8,
            .training: 0x0A62C4, .trainingRaw: 0xA6C8EE, .validation: 0xC25A00, .rate: 0x7B3FB5,
            .edit: 0xB5207C, .epoch: 0xDFE2E6, .band: 0xF0F1EE,
        ])

    /// Pure colours on black, nothing dimmer than half: for weak eyes and bad screens.
    public static let contrast = Theme(
        "contrast", isDark: true, background: 0x000000, foreground: 0xFFFFFF,
        [
            .faint: 0xB0B0B0, .title: 0xFFFFFF, .border: 0x9A9A9A, .focus: 0x00FFFF, .key: 0xFFFF00,
            .good: 0x00FF00, .warning: 0xFFFF00, .bad: 0xFF5050, .selected: 0x00FFFF,
            .training: 0x40C0FF, .trainingRaw: 0x2878A8, .validation: 0xFFD000, .rate: 0xFF80FF,
            .edit: 0xFF80FF, .epoch: 0x707070, .band: 0x1C1C1C,
        ])

    /// Okabe and Ito's palette, which people with any of the common colour-vision deficiencies tell apart
    /// (https://jfly.uni-koeln.de/color).
    public static let colorblind = Theme(
        "colorblind", isDark: true, background: 0x101418, foreground: 0xDDE1E6,
        [
            .faint: 0x78828E, .title: 0xFFFFFF, .border: 0x434C58, .focus: 0x56B4E9, .key: 0xF0E442,
            .good: 0x56B4E9, .warning: 0xF0E442, .bad: 0xD55E00, .selected: 0x56B4E9,
            .training: 0x56B4E9, .trainingRaw: 0x2B5B78, .validation: 0xE69F00, .rate: 0xCC79A7,
            .edit: 0xCC79A7, .epoch: 0x363F4A, .band: 0x182028,
        ])

    /// Arctic blues after the palette of Arctic Ice Studio's Nord.
    public static let nord = Theme(
        "nord", isDark: true, background: 0x2E3440, foreground: 0xD8DEE9,
        [
            .faint: 0x7B88A1, .title: 0xECEFF4, .border: 0x4C566A, .focus: 0x88C0D0, .key: 0xEBCB8B,
            .good: 0xA3BE8C, .warning: 0xEBCB8B, .bad: 0xE0747F, .selected: 0x88C0D0,
            .training: 0x81A1E8, .trainingRaw: 0x4E648F, .validation: 0xEBCB8B, .rate: 0xB48EAD,
            .edit: 0xD79BC8, .epoch: 0x434C5E, .band: 0x353C4A,
        ])

    /// Warm retro colours after Pavel Pertsev's gruvbox.
    public static let gruvbox = Theme(
        "gruvbox", isDark: true, background: 0x282828, foreground: 0xEBDBB2,
        [
            .faint: 0x928374, .title: 0xFBF1C7, .border: 0x504945, .focus: 0x8EC07C, .key: 0xFABD2F,
            .good: 0xB8BB26, .warning: 0xFABD2F, .bad: 0xFB4934, .selected: 0x8EC07C,
            .training: 0x83A598, .trainingRaw: 0x4B5F57, .validation: 0xFE8019, .rate: 0xD3869B,
            .edit: 0xD3869B, .epoch: 0x3C3836, .band: 0x302F2E,
        ])
}
