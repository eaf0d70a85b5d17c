using static TorchSharp.torch;

namespace LoraDiff.Native;

/// <summary>
/// The operations that a fused kernel may take over. Two implementations give the same numbers: one composed of TorchSharp calls, which runs on every device,
/// and one of native CPU kernels. Every result is a fresh tensor that the caller (or its dispose scope) owns, differentiable in the floating-point inputs.
/// Shape letters: T rows of the token stream, S key rows, H query heads, K key/value heads, D head size, N rows, V vocabulary, r rank.
/// </summary>
public interface IFusedOps
{
    /// <summary>A name for reports: <c>composed</c> or <c>native (avx512)</c>.</summary>
    string Name { get; }

    /// <summary>x / sqrt(mean(x²) + eps) · weight over the last axis, computed in float32.</summary>
    /// <param name="x">[…, D].</param>
    /// <param name="weight">[D].</param>
    /// <param name="eps">Added to the mean square.</param>
    /// <returns>Like <paramref name="x"/>.</returns>
    Tensor RmsNorm(Tensor x, Tensor weight, double eps);

    /// <summary>Rotary position embedding in the rotate-half convention: x·cos + [−x₂ ; x₁]·sin.</summary>
    /// <param name="x">[T, H, D].</param>
    /// <param name="cos">[T, D], float32.</param>
    /// <param name="sin">[T, D], float32.</param>
    /// <returns>Like <paramref name="x"/>.</returns>
    Tensor Rotary(Tensor x, Tensor cos, Tensor sin);

    /// <summary><see cref="RmsNorm"/> over each head, then <see cref="Rotary"/>, in one pass (Qwen3's queries and keys).</summary>
    /// <param name="x">[T, H, D].</param>
    /// <param name="weight">[D].</param>
    /// <param name="eps">Added to the mean square.</param>
    /// <param name="cos">[T, D], float32.</param>
    /// <param name="sin">[T, D], float32.</param>
    /// <returns>Like <paramref name="x"/>.</returns>
    Tensor NormRotary(Tensor x, Tensor weight, double eps, Tensor cos, Tensor sin);

    /// <summary>silu(gate) · up, element by element.</summary>
    /// <param name="gate">Any shape.</param>
    /// <param name="up">The same shape and type.</param>
    /// <returns>Like <paramref name="gate"/>.</returns>
    Tensor SwiGlu(Tensor gate, Tensor up);

    /// <summary>x·Wᵀ + bias in the type of x; the weight is cast where its type differs.</summary>
    /// <param name="x">[N, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[N, out], in the type of <paramref name="x"/>.</returns>
    Tensor Linear(Tensor x, Tensor weight, Tensor? bias);

    /// <summary>x·Wᵀ + bias + scaling·(x·Aᵀ)·Bᵀ, in the type of x. Whether scaling·B·A is folded into W first is the implementation's choice.</summary>
    /// <param name="x">[N, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="a">[r, in].</param>
    /// <param name="b">[out, r].</param>
    /// <param name="scaling">α/r or α/√r.</param>
    /// <returns>[N, out], in the type of <paramref name="x"/>.</returns>
    Tensor LoraLinear(Tensor x, Tensor weight, Tensor? bias, Tensor a, Tensor b, double scaling);

    /// <summary>softmax(q·kᵀ·scale) · v, where <paramref name="segments"/> says which keys a query sees. A query that sees nothing gives zeros.</summary>
    /// <param name="q">[T, H, D].</param>
    /// <param name="k">[S, K, D], H a multiple of K.</param>
    /// <param name="v">[S, K, D].</param>
    /// <param name="segments">T queries over S keys.</param>
    /// <param name="scale">Usually 1/√D.</param>
    /// <returns>[T, H, D].</returns>
    Tensor Attention(Tensor q, Tensor k, Tensor v, SegmentTable segments, double scale);

    /// <summary>−log softmax(hidden·weightᵀ)[target] for each row, computed in float32, in chunks: logits of all rows never exist together.</summary>
    /// <param name="hidden">[N, D].</param>
    /// <param name="weight">[V, D].</param>
    /// <param name="targets">[N], int64, each in 0…V−1.</param>
    /// <returns>[N], float32.</returns>
    Tensor TokenLosses(Tensor hidden, Tensor weight, Tensor targets);

    /// <summary>The most likely entry of each row of logits and its softmax probability, in one pass over them; not differentiable.</summary>
    /// <param name="logits">[N, V], V at least 1; −∞ excludes an entry.</param>
    /// <returns>[2, N] float32: probabilities, then indices (exact below 2²⁴), of equal logits the first. A probability is NaN where the row holds NaN or +∞, or nothing above −∞.</returns>
    Tensor MostLikely(Tensor logits);
}
