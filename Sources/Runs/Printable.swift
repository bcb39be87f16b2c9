extension String {
    /// Safe to show in one line of a terminal: control characters, line ends among them, become `?`.
    public var printable: String {
        let scalars = unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format: "?"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
