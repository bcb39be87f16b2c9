import CVectorKernels

/// The offsets that a convolution's kernels read: made once, then laid into the plan's memory, so that running
/// a kernel touches no array.
struct ConvolutionTables {
    private(set) var numbers: [Int32] = []
    /// Floats of the turned weights of one group.
    private(set) var turnedCount = 0
    private var classCount = 0
    private let kernelArea, outer, outputHeight: Int
    /// Where the classes, or the lanes of whole windows, begin.
    private var lanesStart = 0
    /// Input lines of the largest class.
    private let longestClass: Int

    /// What a class of input positions needs, before its offsets and taps.
    private enum Field: Int, CaseIterable {
        case outer, inner, tapCount, firstRow, firstColumn, rows, columns, packedOffset
    }

    init(_ convolution: ChannelsLastConvolution) {
        let geometry = convolution.geometry
        (kernelArea, outer, outputHeight) = (geometry.kernelArea, convolution.outer, geometry.outputHeight)
        longestClass = (geometry.height + geometry.rowStride - 1) / geometry.rowStride
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
        addRanges(geometry)
        lanesStart = numbers.count
        if convolution.rollsGradient {
            // A lane for each number of a window, in its order: kernel position, channel.
            numbers += (0..<geometry.rows).map {
                Int32($0 % geometry.channels * geometry.kernelArea + $0 / geometry.channels)
            }
        } else if convolution.needsInputGradient, convolution.winograd == nil {
            addClasses(convolution)
        }
        numbers += [0, 1]
    }

    /// For each output line the runs that see the map, for each run the output lines from which it does.
    private mutating func addRanges(_ geometry: ColumnGeometry) {
        let runsPerRow = outer / geometry.kernelRows
        func sees(_ line: Int, _ row: Int) -> Bool {
            let place = line * geometry.rowStride + row * geometry.rowDilation - geometry.top
            return place >= 0 && place < geometry.height
        }
        func range(_ count: Int, _ sees: (Int) -> Bool) -> (Int, Int) {
            let seen = (0..<count).filter(sees)
            return (seen.first ?? 0, (seen.last ?? -1) + 1)
        }
        for line in 0..<outputHeight {
            let (first, end) = range(geometry.kernelRows) { sees(line, $0) }
            numbers += [Int32(first * runsPerRow), Int32(end * runsPerRow)]
        }
        for run in 0..<outer {
            let (first, end) = range(outputHeight) { sees($0, run / runsPerRow) }
            numbers += [Int32(first), Int32(end)]
        }
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

    /// For each input line of a class the runs that see the output's gradient.
    private func ranges(_ row: InputClass, _ outputHeight: Int, runsPerRow: Int) -> [Int] {
        (0..<row.count).flatMap { line -> [Int] in
            let seen = row.positions.indices.filter {
                let place = line + row.positions[$0].shift
                return place >= 0 && place < outputHeight
            }
            return [(seen.first ?? 0) * runsPerRow, ((seen.last ?? -1) + 1) * runsPerRow]
        }
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
        let lineRanges = ranges(row, outputHeight, runsPerRow: runs)
        let rest = Array(repeating: 0, count: 2 * longestClass - lineRanges.count)
        numbers += (fields + offsets + taps + lineRanges + rest).map { Int32($0) }
        turnedCount += channels_packed_count(Int32(geometry.channels), tapCount * convolution.filters)
    }

    /// The tables in memory that lives as long as the plan.
    func laid(into memory: UnsafeMutableRawPointer) -> Pointers {
        let base = memory.bindMemory(to: Int32.self, capacity: numbers.count)
        base.update(from: numbers, count: numbers.count)
        return Pointers(
            offsets: UnsafePointer(base), taps: UnsafePointer(base + outer),
            lines: UnsafePointer(base + outer + kernelArea),
            ranges: UnsafePointer(base + outer + kernelArea + outputHeight),
            runRanges: UnsafePointer(base + outer + kernelArea + 3 * outputHeight),
            classes: UnsafePointer(base + lanesStart), start: UnsafePointer(base + numbers.count - 2),
            classCount: classCount,
            turnedCount: turnedCount, kernelArea: kernelArea, longestClass: longestClass)
    }

    /// The same, readable while a step runs.
    struct Pointers {
        /// `[outer]` runs of a window, `[R]` kernel positions, `[output rows]`.
        private(set) var offsets, taps, lines: UnsafePointer<Int32>
        /// First and one behind the last: `[output rows, 2]` runs, `[outer, 2]` output rows.
        private(set) var ranges, runRanges: UnsafePointer<Int32>
        private var classes: UnsafePointer<Int32>
        /// 0 and 1: offset and range of windows that are one run.
        private(set) var start: UnsafePointer<Int32>
        /// The same: each lane's place among the weights of a filter.
        var lanes: UnsafePointer<Int32> { classes }
        private(set) var classCount: Int
        private(set) var turnedCount: Int
        private var kernelArea, longestClass: Int

        fileprivate init(
            offsets: UnsafePointer<Int32>, taps: UnsafePointer<Int32>, lines: UnsafePointer<Int32>,
            ranges: UnsafePointer<Int32>, runRanges: UnsafePointer<Int32>, classes: UnsafePointer<Int32>,
            start: UnsafePointer<Int32>, classCount: Int, turnedCount: Int, kernelArea: Int, longestClass: Int
        ) {
            (self.offsets, self.taps, self.lines, self.classes) = (offsets, taps, lines, classes)
            (self.ranges, self.runRanges, self.longestClass) = (ranges, runRanges, longestClass)
            self.start = start
            (self.classCount, self.turnedCount, self.kernelArea) = (classCount, turnedCount, kernelArea)
        }

        func inputClass(_ index: Int) -> LaidInputClass {
            let fields = classes + index &* (Field.allCases.count &+ 2 &* (kernelArea &+ longestClass))
            func field(_ field: Field) -> Int { Int(fields[field.rawValue]) }
            return LaidInputClass(
                outer: field(.outer), inner: field(.inner), tapCount: field(.tapCount),
                firstRow: field(.firstRow), firstColumn: field(.firstColumn), rows: field(.rows),
                columns: field(.columns), packedOffset: field(.packedOffset),
                offsets: fields + Field.allCases.count, taps: fields + Field.allCases.count + kernelArea,
                ranges: fields + Field.allCases.count + 2 * kernelArea)
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
    /// For each line the first run and the one behind the last that see the output's gradient.
    var ranges: UnsafePointer<Int32>
}
