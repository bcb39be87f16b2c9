import CNCurses
import Glibc

extension TerminalEnvironment {
    /// What this process was given. Adopts the locale's character set on the way, as ncurses needs; not its numbers,
    /// which would put decimal commas where programs read points.
    static func ofThisProcess() -> TerminalEnvironment {
        TerminalEnvironment(
            term: variable("TERM"), colorTerm: variable("COLORTERM"),
            forbidsColor: !variable("NO_COLOR").isEmpty,
            isTmux: !variable("TMUX").isEmpty, isUTF8: adoptCharacterSet())
    }

    private static func adoptCharacterSet() -> Bool {
        // Containers and bare SSH sessions often say nothing at all, and their terminals are UTF-8 nonetheless.
        let saysNothing = ["LC_ALL", "LC_CTYPE", "LANG"].allSatisfy { variable($0).isEmpty }
        if saysNothing {
            setlocale(LC_CTYPE, "C.UTF-8")
        } else {
            setlocale(LC_CTYPE, "")
        }
        guard let name = nl_langinfo(nl_item(CODESET)) else { return false }
        return String(cString: name).uppercased() == "UTF-8"
    }

    private static func variable(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }
}
