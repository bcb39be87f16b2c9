import Interchange
import Testing

struct HDF5Tests {
    @Test func everyLayoutAndNumberTypeIsRead() throws {
        let file = try HDF5File(FileBytes(contentsOf: Fixture.path("chunked.h5")))
        let root = try file.root()
        let values = try #require(try Fixture.expected("chunked").tensor(named: "values").floats())
        for name in ["deflated", "big"] {
            let object = try #require(try file.object(name, in: root))
            #expect(try file.floats(object, named: name) == values, "\(name)")
        }
        let half = try #require(try file.object("half", in: root))
        #expect(largestDifference(try file.floats(half, named: "half"), values) < 2e-3)
        let whole = try #require(try file.object("whole", in: root))
        #expect(try file.floats(whole, named: "whole") == (-6..<6).map { Float($0) })
        let one = try #require(try file.object("one", in: root))
        #expect(try file.floats(one, named: "one") == [4.25])
    }

    @Test func theNewerFormOfGroupsIsRead() throws {
        let file = try HDF5File(FileBytes(contentsOf: Fixture.path("newest.h5")))
        let object = try #require(try file.object("a/b/values", in: try file.root()))
        let values = try #require(try Fixture.expected("chunked").tensor(named: "values").floats())
        #expect(try file.floats(object, named: "values") == values)
        #expect(try file.object("a/c", in: try file.root()) == nil)
    }
}
