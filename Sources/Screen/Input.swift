/// What a terminal can tell a program.
public enum Input: Sendable, Equatable {
    case key(Key)
    case mouse(MouseEvent)
    case resized(Size)
}

/// A key press.
public enum Key: Sendable, Hashable {
    case character(Character)
    case control(Character)
    case enter, escape, tab, backTab, backspace, delete
    case up, down, left, right, home, end, pageUp, pageDown
    case function(Int)
}

/// A mouse press or wheel turn.
public struct MouseEvent: Sendable, Equatable {
    public enum Action: Sendable, Equatable { case press, doublePress, wheelUp, wheelDown }
    public var action: Action
    public var position: Point

    public init(_ action: Action, at position: Point) {
        self.action = action
        self.position = position
    }
}
