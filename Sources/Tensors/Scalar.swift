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

    @inlinable public static func exponential(_ x: Double) -> Double { exp(x) }
    @inlinable public static func logarithm(_ x: Double) -> Double { log(x) }
    @inlinable public static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
    @inlinable public static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
