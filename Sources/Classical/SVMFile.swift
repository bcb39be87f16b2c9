import Files
import Glibc
import Tensors

/// Models in LIBSVM's own text format, so that `svm-predict` reads what was trained here and the other way round.
extension SVMModel {
    /// The file's text.
    public var text: String {
        var lines = ["svm_type c_svc", "kernel_type \(kernel.name)"]
        switch kernel {
        case .linear: break
        case .polynomial(let degree, let gamma, let offset):
            lines += ["degree \(degree)", "gamma \(gamma)", "coef0 \(offset)"]
        case .rbf(let gamma): lines.append("gamma \(gamma)")
        case .sigmoid(let gamma, let offset): lines += ["gamma \(gamma)", "coef0 \(offset)"]
        }
        lines.append("nr_class \(labels.count)")
        lines.append("total_sv \(vectors.count)")
        lines.append("rho \(Self.list(offsets))")
        lines.append("label \(Self.list(labels))")
        if givesProbabilities {
            lines.append("probA \(Self.list(probabilityA))")
            lines.append("probB \(Self.list(probabilityB))")
        }
        lines.append("nr_sv \(Self.list(vectorCounts))")
        lines.append("SV")
        for vector in 0..<vectors.count {
            let weights = coefficients.map { "\($0[vector])" }
            let entries = vectors.row(vector).enumerated().compactMap { index, value in
                value == 0 ? nil : "\(index + 1):\(value)"
            }
            // A blank at the end of each line, as LIBSVM's reader expects.
            lines.append((weights + entries).joined(separator: " ") + " ")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func list(_ values: [some CustomStringConvertible]) -> String {
        values.map(\.description).joined(separator: " ")
    }

    /// Writes the file: beside an old one first, then over it.
    public func write(to path: String) throws(SVMError) {
        let partial = "\(path).\(getpid()).partial"
        guard let file = fopen(partial, "we") else {
            throw .file(path: path, reason: "cannot be written (\(String(cString: strerror(errno))))")
        }
        let bytes = Array(text.utf8)
        let written = fwrite(bytes, 1, bytes.count, file)
        let isClosed = fclose(file) == 0
        guard written == bytes.count, isClosed, rename(partial, path) == 0 else {
            let reason = "cannot be written (\(String(cString: strerror(errno))))"
            unlink(partial)
            throw .file(path: path, reason: reason)
        }
    }

    /// Reads a model of LIBSVM: C-SVC with a kernel other than a precomputed one.
    ///
    /// - Parameter width: features of a sample; nil for the largest index that a support vector has.
    public init(contentsOf path: String, width: Int? = nil) throws(SVMError) {
        let bytes: [UInt8]
        do throws(InputFileError) {
            bytes = try InputFile.contents(of: path, atMost: PhysicalMemory.bytes / 4)
        } catch {
            throw .file(path: path, reason: "cannot be read (\(error.reason))")
        }
        try self.init(text: String(decoding: bytes, as: UTF8.self), path: path, width: width)
    }

    public init(text: String, path: String, width: Int?) throws(SVMError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let header = try SVMHeader(lines, path: path)
        let vectorLines = lines.dropFirst(header.lines).prefix(header.vectors)
        guard vectorLines.count == header.vectors else {
            throw .unreadable(
                path: path, line: lines.count,
                reason: "ends after \(vectorLines.count) of \(header.vectors) support vectors")
        }
        var coefficients = Array(repeating: [Double](), count: header.labels.count - 1)
        var entries: [[(index: Int, value: Double)]] = []
        for (number, line) in vectorLines.enumerated() {
            let fields = line.split(separator: " ")
            let wrong = SVMError.unreadable(
                path: path, line: header.lines + number + 1, reason: "no support vector")
            guard fields.count >= coefficients.count else { throw wrong }
            for row in coefficients.indices {
                guard let weight = Double(fields[row]) else { throw wrong }
                coefficients[row].append(weight)
            }
            var vector: [(Int, Double)] = []
            for field in fields.dropFirst(coefficients.count) {
                let halves = field.split(separator: ":")
                guard halves.count == 2, let index = Int(halves[0]), (1...1 << 24).contains(index),
                    let value = Double(halves[1])
                else { throw wrong }
                vector.append((index, value))
            }
            entries.append(vector)
        }
        let largest = entries.joined().map(\.index).max() ?? 1
        let found = max(width ?? 1, largest)
        if let width, largest > width { throw .wrongWidth(found: width, expected: largest) }
        var values = Array(repeating: 0.0, count: found * entries.count)
        for (row, vector) in entries.enumerated() {
            for (index, value) in vector { values[row * found + index - 1] = value }
        }
        self.init(
            kernel: header.kernel, labels: header.labels,
            vectors: FeatureMatrix(count: entries.count, width: found, values: values),
            vectorCounts: header.vectorCounts, coefficients: coefficients, offsets: header.offsets,
            probabilityA: header.probabilityA, probabilityB: header.probabilityB)
    }
}

/// The lines above `SV`.
private struct SVMHeader {
    let kernel: KernelFunction
    let labels, vectorCounts: [Int]
    let vectors: Int
    let offsets, probabilityA, probabilityB: [Double]
    /// Lines up to and including `SV`.
    let lines: Int

    init(_ text: [Substring], path: String) throws(SVMError) {
        var fields: [Substring: [Substring]] = [:]
        guard let end = text.firstIndex(where: { $0.split(separator: " ") == ["SV"] }) else {
            throw .unreadable(path: path, line: text.count, reason: "no line SV")
        }
        for line in text[..<end] {
            let words = line.split(separator: " ")
            if let key = words.first { fields[key] = Array(words.dropFirst()) }
        }
        let wrong = { (reason: String) in SVMError.unreadable(path: path, line: 1, reason: reason) }
        let reals = { (key: Substring) in fields[key]?.compactMap { Double($0) } ?? [] }
        let integers = { (key: Substring) in fields[key]?.compactMap { Int($0) } ?? [] }
        guard fields["svm_type"] == ["c_svc"] else { throw wrong("svm_type is not c_svc") }
        let (gamma, offset) = (reals("gamma").first ?? 0, reals("coef0").first ?? 0)
        switch fields["kernel_type"]?.first {
        case "linear": kernel = .linear
        case "rbf": kernel = .rbf(gamma: gamma)
        case "sigmoid": kernel = .sigmoid(gamma: gamma, offset: offset)
        case "polynomial":
            kernel = .polynomial(degree: integers("degree").first ?? 3, gamma: gamma, offset: offset)
        case let other:
            throw wrong("kernel_type “\(other ?? "")”, expected linear, polynomial, rbf or sigmoid")
        }
        labels = integers("label")
        vectorCounts = integers("nr_sv")
        vectors = integers("total_sv").first ?? 0
        offsets = reals("rho")
        probabilityA = reals("probA")
        probabilityB = reals("probB")
        lines = end + 1
        let pairs = labels.count * (labels.count - 1) / 2
        guard labels.count > 1, vectorCounts.count == labels.count,
            vectorCounts.allSatisfy({ $0 >= 0 && $0 <= 1 << 28 }),
            vectorCounts.reduce(0, +) == vectors, vectors > 0, offsets.count == pairs,
            [0, pairs].contains(probabilityA.count), probabilityA.count == probabilityB.count
        else { throw wrong("numbers of classes, vectors and offsets do not fit together") }
    }
}
