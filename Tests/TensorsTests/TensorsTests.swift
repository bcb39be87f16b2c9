import Tensors
import Testing

@Test func aShapeReadsLikeItIsWritten() {
    #expect(Shape(8, 28, 28).description == "8×28×28")
    #expect(Shape(10).dimensions == [10])
}
