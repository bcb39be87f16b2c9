import Tensors

// Vectors of eight: two registers of the portable build for Float, the widest that stays in registers for Double.
// Raw loads and stores, because rows of a map start at any element.

extension UnsafeMutablePointer where Pointee: Scalar {
    @inline(__always)
    func vector8(_ index: Int) -> SIMD8<Pointee> {
        UnsafeRawPointer(self + index).loadUnaligned(as: SIMD8<Pointee>.self)
    }

    @inline(__always)
    func vector4(_ index: Int) -> SIMD4<Pointee> {
        UnsafeRawPointer(self + index).loadUnaligned(as: SIMD4<Pointee>.self)
    }

    @inline(__always)
    func store(_ vector: SIMD8<Pointee>, at index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: vector, as: SIMD8<Pointee>.self)
    }

    @inline(__always)
    func store(_ vector: SIMD4<Pointee>, at index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: vector, as: SIMD4<Pointee>.self)
    }

    /// `Σ self[i]`, in an order that depends on `count` alone.
    @inline(__always)
    func sum(count: Int) -> Pointee {
        var one = SIMD8<Pointee>()
        var two = SIMD8<Pointee>()
        var index = 0
        while index &+ 16 <= count {
            one += vector8(index)
            two += vector8(index &+ 8)
            index &+= 16
        }
        var rest: Pointee = 0
        while index < count {
            rest += self[index]
            index &+= 1
        }
        return (one + two).sum() + rest
    }

    /// `Σ (self[i] − center)²`, in an order that depends on `count` alone.
    @inline(__always)
    func squaredDeviations(from center: Pointee, count: Int) -> Pointee {
        var one = SIMD8<Pointee>()
        var two = SIMD8<Pointee>()
        let middle = SIMD8(repeating: center)
        var index = 0
        while index &+ 16 <= count {
            let a = vector8(index) - middle
            let b = vector8(index &+ 8) - middle
            one += a * a
            two += b * b
            index &+= 16
        }
        var rest: Pointee = 0
        while index < count {
            let a = self[index] - center
            rest += a * a
            index &+= 1
        }
        return (one + two).sum() + rest
    }

    /// Copies a row of a map. The last vector overlaps the one before it, so nothing beyond the row is touched.
    @inline(__always)
    func copyRow(from source: UnsafeMutablePointer<Pointee>, count: Int) {
        var index = 0
        if count >= 8 {
            while index &+ 8 <= count {
                store(source.vector8(index), at: index)
                index &+= 8
            }
            if index < count { store(source.vector8(count &- 8), at: count &- 8) }
        } else if count >= 4 {
            store(source.vector4(0), at: 0)
            store(source.vector4(count &- 4), at: count &- 4)
        } else {
            while index < count {
                self[index] = source[index]
                index &+= 1
            }
        }
    }

    @inline(__always)
    func clear(count: Int) {
        update(repeating: 0, count: count)
    }

    /// For the one or two zeros beside a row, which are not worth a call.
    @inline(__always)
    func clearFew(count: Int) {
        if count > 2 { return clear(count: count) }
        if count > 0 { self[0] = 0 }
        if count > 1 { self[1] = 0 }
    }

    /// `self[i] += source[i]` for runs that do not overlap, short ones too.
    @inline(__always)
    func addRow(_ source: UnsafeMutablePointer<Pointee>, count: Int) {
        var index = 0
        while index &+ 8 <= count {
            store(vector8(index) + source.vector8(index), at: index)
            index &+= 8
        }
        if index &+ 4 <= count {
            store(vector4(index) + source.vector4(index), at: index)
            index &+= 4
        }
        while index < count {
            self[index] += source[index]
            index &+= 1
        }
    }

    /// `self[i] += source[i]`.
    @inline(__always)
    func add(_ source: UnsafeMutablePointer<Pointee>, count: Int) {
        var index = 0
        while index < count {
            self[index] += source[index]
            index &+= 1
        }
    }
}
