import ArgumentParser
import Screen

/// Keys as a user would write them down: characters, and names in angle brackets (`<Enter>`, `<Tab>`, `<C-c>`).
struct KeySequence {
    var keys: [Key] = []

    private static let named: [String: Key] = [
        "enter": .enter, "escape": .escape, "esc": .escape, "tab": .tab, "up": .up, "down": .down,
        "left": .left,
        "right": .right, "space": .character(" "), "backspace": .backspace, "home": .home, "end": .end,
        "pageup": .pageUp, "pagedown": .pageDown,
    ]

    init(_ text: String) throws {
        var rest = Substring(text)
        while let first = rest.popFirst() {
            guard first == "<", let end = rest.firstIndex(of: ">") else {
                keys.append(.character(first))
                continue
            }
            let name = rest[..<end].lowercased()
            guard let key = Self.named[name] else {
                let known = Self.named.keys.sorted().joined(separator: ", ")
                throw ValidationError("--keys: no key is called <\(name)>; expected one of \(known)")
            }
            keys.append(key)
            rest = rest[rest.index(after: end)...]
        }
    }
}
