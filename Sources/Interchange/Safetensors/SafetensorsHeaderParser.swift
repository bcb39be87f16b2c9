/// Reads the JSON of a header: an object of objects, nothing deeper.
///
/// Not a general JSON decoder because those keep only one of two equal names, and a name that stands twice in a
/// header is an attack or damage that must be reported. Nesting is fixed by the format, so nothing recurses.
struct SafetensorsHeaderParser {
    private var json: JSONScanner
    private let path: String

    init(json: [UInt8], path: String) {
        self.json = JSONScanner(json, path: path)
        self.path = path
    }

    mutating func parse() throws(SafetensorsError) -> (
        entries: [SafetensorsHeader.Entry], metadata: [String: String]
    ) {
        var entries: [SafetensorsHeader.Entry] = []
        var metadata: [String: String] = [:]
        var names: Set<String> = []
        try json.expect("{")
        var more = try !json.takes("}")
        while more {
            let name = try json.key()
            guard names.insert(name).inserted else { throw json.error("the name “\(name)” stands twice") }
            if name == "__metadata__" {
                metadata = try parseMetadata()
            } else {
                entries.append(try parseEntry(named: name))
            }
            more = try json.continues(until: "}")
        }
        try json.expectEnd()
        return (entries, metadata)
    }

    private mutating func parseMetadata() throws(SafetensorsError) -> [String: String] {
        var metadata: [String: String] = [:]
        try json.expect("{")
        var more = try !json.takes("}")
        while more {
            let key = try json.key()
            guard metadata[key] == nil else { throw json.error("the name “\(key)” stands twice") }
            metadata[key] = try json.string()
            more = try json.continues(until: "}")
        }
        return metadata
    }

    private mutating func parseEntry(named name: String) throws(SafetensorsError) -> SafetensorsHeader.Entry {
        var type: Safetensors.ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        try json.expect("{")
        var more = try !json.takes("}")
        while more {
            let key = try json.key()
            switch key {
            case "dtype" where type == nil: type = try parseType(of: name)
            case "shape" where shape == nil: shape = try json.integers()
            case "data_offsets" where offsets == nil: offsets = try json.integers()
            default: throw json.error("“\(key)” in “\(name)” is unknown or stands twice")
            }
            more = try json.continues(until: "}")
        }
        guard let type, let shape, let offsets else {
            throw .badTensor(path: path, name: name, reason: "lacks dtype, shape or data_offsets")
        }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw .badTensor(path: path, name: name, reason: "data_offsets \(offsets), expected [begin, end]")
        }
        return SafetensorsHeader.Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    private mutating func parseType(of name: String) throws(SafetensorsError) -> Safetensors.ElementType {
        let text = try json.string()
        guard let type = Safetensors.ElementType(rawValue: text) else {
            throw .badTensor(path: path, name: name, reason: "unknown dtype “\(text)”")
        }
        return type
    }
}
