import Glibc

/// What the machine has. A buffer that cannot get its memory traps, so who lets a file ask for one compares first.
public enum PhysicalMemory {
    public static let bytes = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
}
