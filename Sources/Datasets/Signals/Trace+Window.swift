extension [Float] {
    /// So many values with a place in their middle; beyond its ends a trace goes on as it ended.
    public func window(around center: Int, length: Int) -> [Float] {
        precondition(length > 0 && !isEmpty, "a window of \(length) over \(count) values")
        let start = center - length / 2
        if start >= 0, start + length <= count { return Array(self[start..<start + length]) }
        return (start..<start + length).map { self[Swift.min(Swift.max($0, 0), count - 1)] }
    }
}
