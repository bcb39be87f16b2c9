/// What a pickle builds. Containers stand in the machine's lists and are named by index, so that neither a cycle nor
/// deep nesting in a hostile file can make anything recurse.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// Little-endian two's complement, where it does not fit `Int`.
    case longInteger([UInt8])
    case real(Double)
    case text(String)
    case bytes([UInt8])
    /// Lists, tuples and sets.
    case sequence(Int)
    case dictionary(Int)
    case global(PickleGlobal)
    case storage(Int)
    case tensor(Int)
    /// What an allowed global made that says nothing about weights, such as a device.
    case opaque(String)

    /// For messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a truth value"
        case .integer, .longInteger: "an integer"
        case .real: "a number"
        case .text: "a text"
        case .bytes: "bytes"
        case .sequence: "a sequence"
        case .dictionary: "a dictionary"
        case .global(let global): global.description
        case .storage: "a storage"
        case .tensor: "a tensor"
        case .opaque(let name): name
        }
    }

    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    var integer: Int? {
        if case .integer(let value) = self { value } else { nil }
    }
}

/// The globals that a file of tensors needs. Nothing is ever imported or called: each is a case of its own.
enum PickleGlobal: Equatable, CustomStringConvertible {
    case orderedDictionary
    /// `_rebuild_tensor(storage, offset, size, strides)` and its successor with more arguments.
    case rebuildTensor
    /// `_rebuild_parameter(tensor, requires_grad, hooks)`.
    case rebuildParameter
    case storage(Safetensors.ElementType)
    /// `torch.Size`, a tuple.
    case size
    /// A data type or device: allowed, of no use here.
    case ignored(String)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
            self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", "Size"): self = .size
        case ("torch", "device"), ("torch", "dtype"): self = .ignored("\(module).\(name)")
        case ("torch", _):
            if let type = Self.storages[name] {
                self = .storage(type)
            } else if Self.dataTypes.contains(name) {
                self = .ignored("torch.\(name)")
            } else {
                return nil
            }
        case ("torch.storage", _), ("torch.cuda", _):
            guard let type = Self.storages[name] else { return nil }
            self = .storage(type)
        default: return nil
        }
    }

    private static let storages: [String: Safetensors.ElementType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "DoubleStorage": .float64, "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16,
        "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    private static let dataTypes: Set<String> = [
        "float16", "half", "bfloat16", "float32", "float", "float64", "double", "uint8", "int8", "int16",
        "int32",
        "int", "int64", "long", "bool",
    ]

    var description: String {
        switch self {
        case .orderedDictionary: "collections.OrderedDict"
        case .rebuildTensor: "torch._utils._rebuild_tensor_v2"
        case .rebuildParameter: "torch._utils._rebuild_parameter"
        case .storage(let type): "a storage of \(type.rawValue)"
        case .size: "torch.Size"
        case .ignored(let name): name
        }
    }
}

/// Where the elements of one or more tensors lie.
struct PickleStorage: Equatable {
    let key: String
    let type: Safetensors.ElementType
    /// In elements.
    let count: Int
}

/// A view on a storage; sizes, offset and strides in elements.
struct PickleTensor: Equatable {
    let storage: Int
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}
