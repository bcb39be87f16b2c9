import Glibc

/// Takes away what was left of an output that could not be written whole: an empty or cut file looks like a result.
/// Pipes and devices stay.
package func removeIncompleteFile(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    unlink(path)
}
