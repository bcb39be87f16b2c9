import CNCurses
import Glibc
import Screen

extension CursesTerminal {
    /// For poll(2); drain `nextInput()` first, ncurses may hold input already.
    public var inputDescriptor: Int32 { 0 }

    /// Bytes that this process has written so far, nearly all of them to the terminal; `nil` where the system does not
    /// count them (`wchar` of proc(5), `/proc/pid/io`).
    public var bytesWritten: Int? {
        let descriptor = open("/proc/self/io", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix("wchar: ") }.flatMap { Int($0.dropFirst("wchar: ".count)) }
    }

    /// The terminal's size now.
    public var size: Size {
        var window = winsize()
        guard ioctl(0, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return Size(width: Int(shim_columns()), height: Int(shim_rows()))
        }
        return Size(width: Int(window.ws_col), height: Int(window.ws_row))
    }

    /// The next key, mouse press or change of size; `nil` when there is none right now.
    public func nextInput() -> Input? {
        if let resized = noticeResize() { return resized }
        while true {
            var code: wint_t = 0
            switch wget_wch(shim_screen(), &code) {
            case OK:
                if let key = Key(character: code) { return .key(key) }
            case KEY_CODE_YES:
                if let input = input(ofKeyCode: Int32(bitPattern: code)) { return input }
            default: return nil
            }
        }
    }

    /// Asks the kernel instead of trusting SIGWINCH, which a thread or a suspended program may miss.
    private func noticeResize() -> Input? {
        let size = size
        guard size != lastSize else { return nil }
        lastSize = size
        resizeterm(Int32(size.height), Int32(size.width))
        return .resized(size)
    }

    private func input(ofKeyCode code: Int32) -> Input? {
        switch code {
        case KEY_MOUSE: return mouse().map(Input.mouse)
        case KEY_RESIZE: return noticeResize()
        default: return Key(code: code).map(Input.key)
        }
    }

    private func mouse() -> MouseEvent? {
        var event = MEVENT()
        guard getmouse(&event) == OK else { return nil }
        let position = Point(column: Int(event.x), row: Int(event.y))
        if shim_is_wheel_up(&event) != 0 { return MouseEvent(.wheelUp, at: position) }
        if shim_is_wheel_down(&event) != 0 { return MouseEvent(.wheelDown, at: position) }
        guard shim_is_press(&event) != 0 else { return nil }
        return MouseEvent(isSecondPress(at: position) ? .doublePress : .press, at: position)
    }

    /// Ncurses could tell too, but it would hold back every single press to wait for a second one.
    private func isSecondPress(at position: Point) -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        let isSecond = lastPress.map { $0.position == position && now - $0.at < 0.35 } ?? false
        lastPress = isSecond ? nil : (position, now)
        return isSecond
    }
}

extension Key {
    /// A key that comes as a character; `nil` for what is none.
    package init?(character code: wint_t) {
        switch code {
        case 0: self = .control(" ")
        case 8, 127: self = .backspace
        case 9: self = .tab
        case 10, 13: self = .enter
        case 27: self = .escape
        case 1...26: self = .control(Character(UnicodeScalar(UInt8(code) + 96)))
        case 28...31: self = .control(Character(UnicodeScalar(UInt8(code) + 64)))
        default:
            guard let scalar = UnicodeScalar(code) else { return nil }
            self = .character(Character(scalar))
        }
    }

    /// A key that ncurses has a number for.
    init?(code: Int32) {
        switch code {
        case KEY_UP: self = .up
        case KEY_DOWN: self = .down
        case KEY_LEFT: self = .left
        case KEY_RIGHT: self = .right
        case KEY_HOME: self = .home
        case KEY_END: self = .end
        case KEY_PPAGE: self = .pageUp
        case KEY_NPAGE: self = .pageDown
        case KEY_BACKSPACE: self = .backspace
        case KEY_DC: self = .delete
        case KEY_BTAB: self = .backTab
        case KEY_ENTER: self = .enter
        default:
            let number = shim_function_number(code)
            guard number > 0 else { return nil }
            self = .function(Int(number))
        }
    }
}
