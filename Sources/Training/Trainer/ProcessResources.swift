import Glibc

/// Cores that this process may use: containers and batch systems often allow fewer than there are.
func availableCores() -> Int {
    let mask = procLines("status").first { $0.hasPrefix("Cpus_allowed:") }
    let allowed = mask?.dropFirst("Cpus_allowed:".count).reduce(0) {
        $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0)
    }
    return max(1, allowed ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

/// Resident memory of this process in MiB; 0 where the system does not say.
public func residentMemoryMB() -> Double {
    let fields = procLines("statm").first?.split(separator: " ") ?? []
    guard fields.count > 1, let pages = Double(fields[1]) else { return 0 }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
}

/// The lines of a file of `/proc/self`; none where there is no such file system.
private func procLines(_ name: String) -> [Substring] {
    guard let file = fopen("/proc/self/\(name)", "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
}
