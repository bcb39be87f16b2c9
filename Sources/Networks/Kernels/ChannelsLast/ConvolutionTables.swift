import CVectorKernels

/// The offsets that a convolution's kernels read: made once, then laid into the plan's memory, so that running
/// a kernel touches no array.
struct ConvolutionTables {
    private(set) var numbers: [Int32] = []
    /// Floats of the turned weights of one group.
    private(set) var turnedCount = 0
    private var classCount = 0
    private let kernelArea, outer, outputHeight: Int

    /// What a class of input positions needs, before its offsets and taps.
    private enum Field: Int, CaseIterable {
        case outer, inner, tapCount, firstRow, firstColumn, rows, columns, packedOffset
    }

    init(_ convolution: ChannelsLastConvolution) {
        let geometry = convolution.geometry
        (kernelArea, outer, outputHeight) = (geometry.kernelArea, convolution.outer, geometry.outputHeight)
        let columnsPerRun = geometry.kernelArea / convolution.outer
        for run in 0..<convolution.outer {
            let (row, column) = (
                run * columnsPerRun / geometry.kernelColumns, run * columnsPerRun % geometry.kernelColumns
            )
            numbers.append(
                Int32(
                    row * geometry.rowDilation * convolution.input.line
                        + column * geometry.columnDilation * convolution.channels))
        }
        numbers += (0..<geometry.kernelArea).map { Int32($0) }
        numbers += (0..<geometry.outputHeight).map {
            Int32($0 * geometry.rowStride * convolution.input.line)
        }
        if convolution.needsInputGradient { addClasses(convolution) }
    }

    private mutating func addClasses(_ convolution: ChannelsLastConvolution) {
        let geometry = convolution.geometry
        let rows = InputClass.all(
            size: geometry.height, kernel: geometry.kernelRows, stride: geometry.rowStride,
            dilation: geometry.rowDilation, before: geometry.top)
        let columns = InputClass.all(
            size: geometry.width, kernel: geometry.kernelColumns, stride: geometry.columnStride,
            dilation: geometry.columnDilation, before: geometry.left)
        for row in rows {
            for column in columns { add(row, column, convolution) }
        }
        classCount = rows.count * columns.count
    }

    private mutating func add(_ row: InputClass, _ column: InputClass, _ convolution: ChannelsLastConvolution)
    {
        let (maps, geometry) = (convolution.gradient, convolution.geometry)
        let tapCount = row.positions.count * column.positions.count
        let isLong = convolution.groups == 1 && column.isContiguous && !column.positions.isEmpty
        let runs = isLong ? 1 : column.positions.count
        let perRun = isLong ? column.positions.count : 1
        let fields = [
            row.positions.count * runs, perRun * convolution.filters, tapCount, row.first, column.first,
            row.count, column.count, turnedCount,
        ]
        var offsets: [Int] = []
        var taps: [Int] = []
        for down in row.positions {
            let start = (maps.top + down.shift) * maps.line
            for (index, across) in column.positions.enumerated() {
                if index % perRun == 0 {
                    offsets.append(start + (maps.left + across.shift) * maps.channels)
                }
                taps.append(down.kernel * geometry.kernelColumns + across.kernel)
            }
        }
        offsets += Array(repeating: 0, count: kernelArea - offsets.count)
        taps += Array(repeating: 0, count: kernelArea - taps.count)
        numbers += (fields + offsets + taps).map { Int32($0) }
        turnedCount += channels_packed_count(Int32(geometry.channels), tapCount * convolution.filters)
    }

    /// The tables in memory that lives as long as the plan.
    func laid(into memory: UnsafeMutableRawPointer) -> Pointers {
        let base = memory.bindMemory(to: Int32.self, capacity: numbers.count)
        base.update(from: numbers, count: numbers.count)
        return Pointers(
            offsets: UnsafePointer(base), taps: UnsafePointer(base + outer),
            lines: UnsafePointer(base + outer + kernelArea),
            classes: UnsafePointer(base + outer + kernelArea + outputHeight), classCount: classCount,
            turnedCount: turnedCount, kernelArea: kernelArea)
    }

    /// The same, readable while a step runs.
    struct Pointers {
        /// `[outer]` runs of a window, `[R]` kernel positions, `[output rows]`.
        private(set) var offsets, taps, lines: UnsafePointer<Int32>
        private var classes: UnsafePointer<Int32>
        private(set) var classCount: Int
        private(set) var turnedCount: Int
        private var kernelArea: Int

        fileprivate init(
            offsets: UnsafePointer<Int32>, taps: UnsafePointer<Int32>, lines: UnsafePointer<Int32>,
            classes: UnsafePointer<Int32>, classCount: Int, turnedCount: Int, kernelArea: Int
        ) {
            (self.offsets, self.taps, self.lines, self.classes) = (offsets, taps, lines, classes)
            (self.classCount, self.turnedCount, self.kernelArea) = (classCount, turnedCount, kernelArea)
        }

        func inputClass(_ index: Int) -> LaidInputClass {
            let fields = classes + index &* (Field.allCases.count &+ 2 &* kernelArea)
            func field(_ field: Field) -> Int { Int(fields[field.rawValue]) }
            return LaidInputClass(
                outer: field(.outer), inner: field(.inner), tapCount: field(.tapCount),
                firstRow: field(.firstRow), firstColumn: field(.firstColumn), rows: field(.rows),
                columns: field(.columns), packedOffset: field(.packedOffset),
                offsets: fields + Field.allCases.count, taps: fields + Field.allCases.count + kernelArea)
        }
    }
}

/// Input positions of a convolution that see the same kernel positions, along both axes.
struct LaidInputClass {
    var outer, inner, tapCount: Int
    var firstRow, firstColumn, rows, columns: Int
    /// Where its turned weights begin among those of its group.
    var packedOffset: Int
    var offsets, taps: UnsafePointer<Int32>
}
