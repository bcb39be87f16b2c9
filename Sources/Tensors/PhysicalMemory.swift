import Glibc

/// What the machine has, or the container's share of it. A buffer that cannot get its memory traps, so who lets a file ask for one compares first.
public enum PhysicalMemory {
    public static let bytes = min(
        sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)),
        limit(in: "/sys/fs/cgroup/memory.max") ?? .max,
        limit(in: "/sys/fs/cgroup/memory/memory.limit_in_bytes") ?? .max)

    /// A control group's limit (https://docs.kernel.org/admin-guide/cgroup-v2.html); nil for `max`, or without the file.
    static func limit(in path: String) -> Int? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = String(
            decoding: line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return Int(text).flatMap { $0 > 0 ? $0 : nil }
    }
}
