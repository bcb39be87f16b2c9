import Glibc

/// Wall time: what logs and names show. It may be set, so no span is measured with it.
public func secondsSince1970() -> Double { seconds(of: CLOCK_REALTIME) }

/// Seconds on the system's monotonic clock, which nobody sets: for spans and deadlines.
public func monotonicSeconds() -> Double { seconds(of: CLOCK_MONOTONIC) }

private func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
