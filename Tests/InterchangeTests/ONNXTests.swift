import Foundation
import Interchange
import SwiftProtobuf
import Testing

struct ONNXTests {
    private func tensor(
        _ type: Onnx_TensorProto.DataType, _ dims: [Int64], _ fill: (inout Onnx_TensorProto) -> Void
    )
        throws -> ONNXTensor
    {
        var message = Onnx_TensorProto()
        message.name = "t"
        message.dataType = Int32(type.rawValue)
        message.dims = dims
        fill(&message)
        return try ONNXTensor(message, path: "m.onnx")
    }

    @Test func everyTypeIsReadFromItsRawBytes() throws {
        func raw(_ type: Onnx_TensorProto.DataType, _ bytes: [UInt8], count: Int64) throws
            -> ONNXTensor.Elements
        {
            try tensor(type, [count]) { $0.rawData = Data(bytes) }.elements
        }
        #expect(try raw(.float, [0, 0, 0xc0, 0x3f], count: 1) == .floats([1.5]))
        #expect(try raw(.float16, [0, 0xc0], count: 1) == .floats([-2]))
        #expect(try raw(.bfloat16, [0xc0, 0x3f], count: 1) == .floats([1.5]))
        #expect(try raw(.double, [0, 0, 0, 0, 0, 0, 0xf8, 0xbf], count: 1) == .doubles([-1.5]))
        #expect(try raw(.int8, [0xff, 1], count: 2) == .integers([-1, 1]))
        #expect(try raw(.uint8, [0xff], count: 1) == .integers([255]))
        #expect(try raw(.bool, [1, 0], count: 2) == .integers([1, 0]))
        #expect(try raw(.int16, [0xfe, 0xff], count: 1) == .integers([-2]))
        #expect(try raw(.uint16, [0xfe, 0xff], count: 1) == .integers([65534]))
        #expect(try raw(.int32, [0xfe, 0xff, 0xff, 0xff], count: 1) == .integers([-2]))
        #expect(try raw(.uint32, [0xfe, 0xff, 0xff, 0xff], count: 1) == .integers([4_294_967_294]))
        #expect(try raw(.int64, [0xfe] + Array(repeating: 0xff, count: 7), count: 1) == .integers([-2]))
        #expect(try raw(.uint64, [2, 0, 0, 0, 0, 0, 0, 0], count: 1) == .integers([2]))
    }

    @Test func everyTypeIsReadFromItsField() throws {
        #expect(try tensor(.float, [2]) { $0.floatData = [1, 2] }.floats == [1, 2])
        #expect(try tensor(.double, [1]) { $0.doubleData = [3] }.elements == .doubles([3]))
        #expect(try tensor(.int64, [1]) { $0.int64Data = [-4] }.integers == [-4])
        #expect(try tensor(.int8, [1]) { $0.int32Data = [-5] }.integers == [-5])
        #expect(try tensor(.uint64, [1]) { $0.uint64Data = [6] }.integers == [6])
        #expect(try tensor(.float16, [1]) { $0.int32Data = [0x3c00] }.floats == [1])
        #expect(try tensor(.bfloat16, [1]) { $0.int32Data = [0x3f80] }.floats == [1])
        #expect(try tensor(.float, []) { $0.floatData = [7] }.shape == [])
    }

    @Test func whatDoesNotFitTogetherIsExplained() {
        func reason(
            _ type: Onnx_TensorProto.DataType, _ dims: [Int64], _ fill: (inout Onnx_TensorProto) -> Void
        )
            -> String?
        {
            let error = #expect(throws: ONNXError.self) { try tensor(type, dims, fill) }
            return error?.description
        }
        let prefix = "m.onnx: tensor “t”: "
        #expect(reason(.float, [3]) { $0.floatData = [1] } == prefix + "shape [3] needs 3 elements, found 1")
        #expect(
            reason(.float, [1]) { $0.rawData = Data([1, 2, 3]) }
                == prefix + "3 bytes are no whole number of elements of 4")
        #expect(reason(.float, [-1]) { _ in } == prefix + "impossible shape [-1]")
        #expect(
            reason(.float, [1 << 40, 1 << 40]) { _ in }
                == prefix + "impossible shape [1099511627776, 1099511627776]")
        #expect(reason(.string, [1]) { _ in } == prefix + "element type 8 is not read")
        #expect(
            reason(.uint64, [1]) { $0.uint64Data = [.max] }
                == prefix + "18446744073709551615 is too large an integer")
        #expect(
            reason(.float, [1]) { $0.dataLocation = .external }
                == prefix + "its data are said to be in another file, but not in which")
    }

    @Test func everyTruncationOfAModelIsAnError() throws {
        var node = Onnx_NodeProto()
        node.opType = "Relu"
        node.input = ["x"]
        var model = Onnx_ModelProto()
        model.irVersion = 8
        model.graph.name = "g"
        model.graph.node = [node]
        let bytes: Data = try model.serializedBytes()
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).onnx").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try ONNXFile(path).model == model)
        for length in bytes.indices {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(throws: ONNXError.self) { try ONNXFile(path) }
        }
    }

    @Test func aFileThatIsNotThereIsNamed() {
        #expect(throws: ONNXError.cannotOpen(path: "/no/such", reason: "No such file or directory")) {
            try ONNXFile("/no/such")
        }
        #expect(throws: ONNXError.cannotOpen(path: "/", reason: "not a file")) { try ONNXFile("/") }
    }
}
