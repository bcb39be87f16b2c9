import Networks

/// Where the layers of a network stand in a picture: below what they read, branches side by side, the whole folded into
/// pages beside one another where it is much higher than wide.
struct GraphLayout {
    struct Node {
        var row: Analysis.Row
        /// Nodes it reads, by their numbers.
        var sources: [Int]
        /// Levels below the input.
        var depth: Int
        /// Among the branches of its level.
        var branch: Int
        var page = 0
        /// From the top of its page.
        var line = 0
        /// From the middle of its page, in branches.
        var offset = 0.0
    }

    private(set) var nodes: [Node]
    private(set) var pages = 1
    /// Lines of the longest page, and branches of the widest level.
    private(set) var lines = 1
    private(set) var branches = 1

    /// - Parameter proportion: of a place of one branch, width to height.
    init(_ analysis: Analysis, proportion: Double) {
        nodes = Self.nodes(of: analysis)
        let depths = (nodes.map(\.depth).max() ?? 0) + 1
        branches = (nodes.map(\.branch).max() ?? 0) + 1
        let narrow = Self.narrowLevels(nodes, depths)
        fold(narrow, depths, proportion)
        center(narrow)
    }

    /// A layer stands one step below the lowest of its inputs, in the first input's branch or the next that is free.
    private static func nodes(of analysis: Analysis) -> [Node] {
        var numbers: [String: Int] = [:]
        var taken: [Int: Set<Int>] = [:]
        var nodes: [Node] = []
        for row in analysis.rows {
            let sources = row.inputs.compactMap { numbers[$0] }
            let depth = (sources.map { nodes[$0].depth }.max() ?? -1) + 1
            var branch = sources.map { nodes[$0].branch }.min() ?? 0
            while taken[depth, default: []].contains(branch) { branch += 1 }
            taken[depth, default: []].insert(branch)
            numbers[row.name] = nodes.count
            nodes.append(Node(row: row, sources: sources, depth: depth, branch: branch))
        }
        return nodes
    }

    /// Levels through whose only node everything passes: there the picture can be folded.
    private static func narrowLevels(_ nodes: [Node], _ depths: Int) -> Set<Int> {
        var counts = Array(repeating: 0, count: depths)
        var bypassed = Array(repeating: false, count: depths)
        for node in nodes {
            counts[node.depth] += 1
            for source in node.sources {
                for level in nodes[source].depth + 1..<max(nodes[source].depth + 1, node.depth) {
                    bypassed[level] = true
                }
            }
        }
        return Set((0..<depths).filter { counts[$0] == 1 && !bypassed[$0] })
    }

    /// As many pages as make the picture about half as wide again as high; a page ends at a narrow level.
    private mutating func fold(_ narrow: Set<Int>, _ depths: Int, _ proportion: Double) {
        func shape(_ pages: Int) -> Double {
            Double(pages * branches) * proportion / Double((depths + pages - 1) / pages)
        }
        let wanted = (1...12).min { abs(shape($0) - 1.5) < abs(shape($1) - 1.5) } ?? 1
        let room = (depths + wanted - 1) / wanted
        var starts = [0]
        for level in narrow.sorted() where level + 1 < depths {
            let start = starts[starts.count - 1]
            let next = narrow.filter { $0 > level }.min() ?? depths - 1
            // Ends here when the next chance would be further from what is wanted.
            if level + 1 - start >= room || abs(next + 1 - start - room) > abs(level + 1 - start - room) {
                starts.append(level + 1)
            }
        }
        for index in nodes.indices {
            let page = (starts.lastIndex { $0 <= nodes[index].depth }) ?? 0
            nodes[index].page = page
            nodes[index].line = nodes[index].depth - starts[page]
        }
        pages = starts.count
        lines = (nodes.map(\.line).max() ?? 0) + 1
    }

    /// Branches between two narrow levels stand around the middle.
    private mutating func center(_ narrow: Set<Int>) {
        let levels = narrow.sorted()
        func section(_ depth: Int) -> Int { narrow.contains(depth) ? -1 : levels.prefix { $0 < depth }.count }
        var widths: [Int: Int] = [:]
        for node in nodes { widths[section(node.depth), default: 1].raise(to: node.branch + 1) }
        for index in nodes.indices {
            let place = section(nodes[index].depth)
            let width = place < 0 ? 1 : widths[place] ?? 1
            nodes[index].offset = place < 0 ? 0 : Double(nodes[index].branch) - Double(width - 1) / 2
        }
    }
}

extension Int {
    fileprivate mutating func raise(to other: Int) { self = Swift.max(self, other) }
}
