import COpenBLAS
import Glibc

/// A number the engine computes with: `Float` for training, `Double` for gradient checks.
public protocol Scalar: BinaryFloatingPoint, SIMDScalar, Sendable, BitwiseCopyable, Codable {
    /// `C = alpha · op(A) · op(B) + beta · C`, row-major; `op(A)` is `rows × inner`, `op(B)` is `inner × columns`.
    ///
    /// Runs on the calling thread only (see `useOneThreadPerProduct`). `beta == 0` overwrites C whatever it held.
    static func multiply(
        _ a: MatrixOperand<Self>, _ b: MatrixOperand<Self>, into c: UnsafeMutablePointer<Self>, stride: Int,
        rows: Int, columns: Int, inner: Int, alpha: Self, beta: Self)

    /// `values` where `x > y`, 0 elsewhere. A requirement because comparisons of vectors are compiled to vector
    /// instructions only for concrete types, and selections only where written as operations on bits (a mask is a
    /// vector of integers with all bits set or none).
    static func keep(_ values: SIMD4<Self>, where x: SIMD4<Self>, exceeds y: SIMD4<Self>) -> SIMD4<Self>
    static func keep(_ values: SIMD8<Self>, where x: SIMD8<Self>, exceeds y: SIMD8<Self>) -> SIMD8<Self>

    static func larger(_ x: SIMD4<Self>, _ y: SIMD4<Self>) -> SIMD4<Self>

    static func exponential(_ x: Self) -> Self
    static func logarithm(_ x: Self) -> Self
    static func hyperbolicTangent(_ x: Self) -> Self
    static func power(_ base: Self, _ exponent: Self) -> Self
}

/// A row-major matrix in memory, read as it stands or transposed.
public struct MatrixOperand<Element: Scalar> {
    @usableFromInline let elements: UnsafePointer<Element>
    /// Elements from one stored row to the next.
    @usableFromInline let stride: Int
    @usableFromInline let isTransposed: Bool

    @inlinable
    public init(_ elements: UnsafePointer<Element>, stride: Int, transposed: Bool = false) {
        self.elements = elements
        self.stride = stride
        self.isTransposed = transposed
    }

    @inlinable
    public init(_ elements: UnsafeMutablePointer<Element>, stride: Int, transposed: Bool = false) {
        self.init(UnsafePointer(elements), stride: stride, transposed: transposed)
    }

    /// The columns from `column` on; for a matrix read as it stands.
    @inlinable
    public func fromColumn(_ column: Int) -> MatrixOperand {
        precondition(!isTransposed, "columns of a transposed matrix are rows in memory")
        return MatrixOperand(elements + column, stride: stride)
    }

    @usableFromInline var transposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
}

/// Tells OpenBLAS to compute each product on the thread that asks for it.
///
/// The engine runs one product per core at the same time; threads inside a product would only get in their way.
/// Safe to call again; `Workers` calls it.
public func useOneThreadPerProduct() {
    openblas_set_num_threads(1)
}

extension Float: Scalar {
    public static func multiply(
        _ a: MatrixOperand<Float>, _ b: MatrixOperand<Float>, into c: UnsafeMutablePointer<Float>,
        stride: Int,
        rows: Int, columns: Int, inner: Int, alpha: Float, beta: Float
    ) {
        cblas_sgemm(
            CblasRowMajor, a.transposition, b.transposition, blasint(rows), blasint(columns), blasint(inner),
            alpha, a.elements, blasint(a.stride), b.elements, blasint(b.stride), beta, c, blasint(stride))
    }

    @inlinable @inline(__always)
    public static func keep(
        _ values: SIMD4<Float>, where x: SIMD4<Float>, exceeds y: SIMD4<Float>
    ) -> SIMD4<Float> {
        unsafeBitCast(
            unsafeBitCast(values, to: SIMD4<Int32>.self) & unsafeBitCast(x .> y, to: SIMD4<Int32>.self),
            to: SIMD4<Float>.self)
    }

    @inlinable @inline(__always)
    public static func keep(
        _ values: SIMD8<Float>, where x: SIMD8<Float>, exceeds y: SIMD8<Float>
    ) -> SIMD8<Float> {
        unsafeBitCast(
            unsafeBitCast(values, to: SIMD8<Int32>.self) & unsafeBitCast(x .> y, to: SIMD8<Int32>.self),
            to: SIMD8<Float>.self)
    }

    @inlinable @inline(__always)
    public static func larger(_ x: SIMD4<Float>, _ y: SIMD4<Float>) -> SIMD4<Float> {
        let mask = unsafeBitCast(y .> x, to: SIMD4<Int32>.self)
        let (one, other) = (unsafeBitCast(x, to: SIMD4<Int32>.self), unsafeBitCast(y, to: SIMD4<Int32>.self))
        return unsafeBitCast((mask & other) | (~mask & one), to: SIMD4<Float>.self)
    }

    @inlinable public static func exponential(_ x: Float) -> Float { expf(x) }
    @inlinable public static func logarithm(_ x: Float) -> Float { logf(x) }
    @inlinable public static func hyperbolicTangent(_ x: Float) -> Float { tanhf(x) }
    @inlinable public static func power(_ base: Float, _ exponent: Float) -> Float { powf(base, exponent) }
}

extension Double: Scalar {
    public static func multiply(
        _ a: MatrixOperand<Double>, _ b: MatrixOperand<Double>, into c: UnsafeMutablePointer<Double>,
        stride: Int, rows: Int, columns: Int, inner: Int, alpha: Double, beta: Double
    ) {
        cblas_dgemm(
            CblasRowMajor, a.transposition, b.transposition, blasint(rows), blasint(columns), blasint(inner),
            alpha, a.elements, blasint(a.stride), b.elements, blasint(b.stride), beta, c, blasint(stride))
    }

    @inlinable @inline(__always)
    public static func keep(
        _ values: SIMD4<Double>, where x: SIMD4<Double>, exceeds y: SIMD4<Double>
    ) -> SIMD4<Double> {
        unsafeBitCast(
            unsafeBitCast(values, to: SIMD4<Int64>.self) & unsafeBitCast(x .> y, to: SIMD4<Int64>.self),
            to: SIMD4<Double>.self)
    }

    @inlinable @inline(__always)
    public static func keep(
        _ values: SIMD8<Double>, where x: SIMD8<Double>, exceeds y: SIMD8<Double>
    ) -> SIMD8<Double> {
        unsafeBitCast(
            unsafeBitCast(values, to: SIMD8<Int64>.self) & unsafeBitCast(x .> y, to: SIMD8<Int64>.self),
            to: SIMD8<Double>.self)
    }

    @inlinable @inline(__always)
    public static func larger(_ x: SIMD4<Double>, _ y: SIMD4<Double>) -> SIMD4<Double> {
        let mask = unsafeBitCast(y .> x, to: SIMD4<Int64>.self)
        let (one, other) = (unsafeBitCast(x, to: SIMD4<Int64>.self), unsafeBitCast(y, to: SIMD4<Int64>.self))
        return unsafeBitCast((mask & other) | (~mask & one), to: SIMD4<Double>.self)
    }

    @inlinable public static func exponential(_ x: Double) -> Double { exp(x) }
    @inlinable public static func logarithm(_ x: Double) -> Double { log(x) }
    @inlinable public static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
    @inlinable public static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
