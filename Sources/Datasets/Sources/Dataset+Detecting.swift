extension Dataset {
    /// The same samples for a detector: two classes, the named one the second, all others together the first.
    ///
    /// - Throws: `DataSourceError.noClass`.
    func detecting(_ className: String) throws(DataSourceError) -> Dataset {
        guard let index = classNames.firstIndex(of: className) else {
            throw .noClass(data: name, named: className, classes: classNames)
        }
        return Dataset(
            name: name, shape: shape, classNames: [className == "other" ? "rest" : "other", className],
            labels: labels.map { $0 == Int32(index) ? 1 : 0 }, samples: samples, remarks: remarks,
            files: files,
            miniatures: miniatures)
    }
}
