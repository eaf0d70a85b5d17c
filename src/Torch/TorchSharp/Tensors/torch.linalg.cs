namespace TorchSharp;

public static partial class torch
{
    /// <summary>Decompositions, norms and solvers.</summary>
    public static class linalg
    {
        public enum QRMode
        {
            Reduced = 0,
            Complete = 1,
            R = 2,
        }

        public static Tensor cholesky(Tensor input) => Ops.LinalgCholesky.Tensor(input);

        public static Tensor det(Tensor input) => Ops.LinalgDet.Tensor(input);

        public static (Tensor, Tensor) slogdet(Tensor input) => Ops.LinalgSlogdet.Tensors2(input);

        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) => input.diagonal(offset, dim1, dim2);

        public static (Tensor, Tensor) eig(Tensor input) => Ops.LinalgEig.Tensors2(input);

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Ops.LinalgEigh.Tensors2(input, UPLO.ToString());

        public static Tensor eigvals(Tensor input) => Ops.LinalgEigvals.Tensor(input);

        public static Tensor eigvalsh(Tensor input, char UPLO = 'L') => Ops.LinalgEigvalsh.Tensor(input, UPLO.ToString());

        public static Tensor inv(Tensor input) => Ops.LinalgInv.Tensor(input);

        public static (Tensor Solution, Tensor Residuals, Tensor Rank, Tensor SingularValues) lstsq(Tensor input, Tensor other) => Ops.LinalgLstsq.Tensors4(input, other);

        public static (Tensor P, Tensor L, Tensor U) lu(Tensor input, bool pivot = true) => Ops.LinalgLu.Tensors3(input, pivot);

        public static Tensor cross(Tensor input, Tensor other, long dim = -1) => Ops.LinalgCross.Tensor(input, other, dim);

        public static Tensor matrix_exp(Tensor input) => input.matrix_exp();

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[]? dims = null, bool keepdim = false) =>
            Ops.LinalgMatrixNorm_str_ord.Tensor(input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => Ops.LinalgMatrixNorm.Tensor(input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_rank(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) =>
            Ops.LinalgMatrixRank_atol_rtol_float.Tensor(input, atol, rtol, hermitian);

        public static Tensor multi_dot(IList<Tensor> tensors) => Ops.LinalgMultiDot.Tensor(All(tensors));

        public static Tensor norm(Tensor input, string ord, long[]? dims = null, bool keepdim = false) => Ops.LinalgNorm_ord_str.Tensor(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, double ord, long[]? dims = null, bool keepdim = false) => Ops.LinalgNorm.Tensor(input, ord, dims, keepdim);

        public static Tensor norm(Tensor input, int ord, long[]? dims = null, bool keepdim = false) => Ops.LinalgNorm.Tensor(input, (double)ord, dims, keepdim);

        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) => Ops.LinalgNorm.Tensor(input, Arg.None, dims, keepdim);

        public static Tensor pinv(Tensor input, double? atol = null, double? rtol = null, bool hermitian = false) => Ops.LinalgPinv_atol_rtol_float.Tensor(input, atol, rtol, hermitian);

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced) =>
            Ops.LinalgQr.Tensors2(input, mode switch { QRMode.Reduced => "reduced", QRMode.Complete => "complete", _ => "r" });

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => left ? Ops.LinalgSolve.Tensor(A, B) : Transposed(Ops.LinalgSolve.Tensor(A.mT, B.mT));

        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) => Ops.LinalgSvd.Tensors3(input, fullMatrices);

        public static Tensor svdvals(Tensor input) => Ops.LinalgSvdvals.Tensor(input);

        public static Tensor vector_norm(Tensor input, double ord = 2d, long[]? dims = null, bool keepdim = false) => Ops.LinalgVectorNorm.Tensor(input, ord, dims, keepdim);

        private static Tensor Transposed(Tensor tensor)
        {
            using (tensor)
            {
                return tensor.mT;
            }
        }
    }
}
