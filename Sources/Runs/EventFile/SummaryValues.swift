import FoundationEssentials
import SwiftProtobuf

extension SummaryValue {
    static func scalar(_ tag: String, _ value: Float) -> SummaryValue {
        var result = SummaryValue()
        result.tag = tag
        result.simpleValue = value
        return result
    }

    /// A line or a table in Markdown for TensorBoard's text page.
    static func text(_ tag: String, _ markdown: String) -> SummaryValue {
        strings(tag, plugin: "text", [Data(markdown.utf8)])
    }

    /// A PNG for TensorBoard's images page.
    static func image(_ tag: String, png: [UInt8], width: Int, height: Int) -> SummaryValue {
        var result = SummaryValue()
        result.tag = tag
        result.image.width = Int32(width)
        result.image.height = Int32(height)
        result.image.colorspace = 3
        result.image.encodedImageString = Data(png)
        return result
    }

    static func strings(_ tag: String, plugin: String, _ strings: [Data]) -> SummaryValue {
        var result = SummaryValue(
            tag: tag, plugin: plugin, shape: [strings.count], element: TensorElement.string)
        result.tensor.stringVal = strings
        return result
    }

    static func doubles(_ tag: String, _ values: [Double]) -> SummaryValue {
        var result = SummaryValue(
            tag: tag, plugin: EventTag.plugin, shape: [values.count], element: TensorElement.double)
        result.tensor.doubleVal = values
        return result
    }

    static func floats(_ tag: String, shape: [Int], _ values: [Float]) -> SummaryValue {
        var result = SummaryValue(
            tag: tag, plugin: EventTag.plugin, shape: shape, element: TensorElement.float)
        result.tensor.floatVal = values
        return result
    }

    static func integers(_ tag: String, shape: [Int], _ values: [Int]) -> SummaryValue {
        var result = SummaryValue(
            tag: tag, plugin: EventTag.plugin, shape: shape, element: TensorElement.int64)
        result.tensor.int64Val = values.map(Int64.init)
        return result
    }

    private init(tag: String, plugin: String, shape: [Int], element: Int32) {
        self.init()
        self.tag = tag
        metadata.pluginData.pluginName = plugin
        metadata.dataClass = 2
        tensor.dtype = element
        tensor.tensorShape.dim = shape.map { size in
            var dimension = DimensionRecord()
            dimension.size = Int64(size)
            return dimension
        }
    }
}
