namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            // libtorch's own operator is public since 2.0; until 2.5 it answers NaN for a row that sees no key.
            private static readonly Lazy<bool> s_hasAttention = new(() => Aten.scaled_dot_product_attention.Exists);
            private static readonly Lazy<bool> s_hasMaskedAttention = new(() => s_hasAttention.Value && Aten.safe_softmax.Exists);

            /// <summary>softmax(q·kᵀ/√d + mask)·v; a query that sees no key gets zeros, with finite gradients.</summary>
            /// <param name="query">[…, L, d].</param>
            /// <param name="key">[…, S, d].</param>
            /// <param name="value">[…, S, e].</param>
            /// <param name="attn_mask">Broadcasts to […, L, S]. Bool: true where a query sees a key; floating: added to the scores.</param>
            /// <param name="p">Dropout on the attention weights.</param>
            /// <param name="is_casual">Query i sees keys 0…i. (TorchSharp's spelling.)</param>
            public static Tensor scaled_dot_product_attention(
                Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0.0, bool is_casual = false)
            {
                if (attn_mask is not null && is_casual)
                {
                    throw new ArgumentException(
                        "Attention takes a mask or is causal, not both. Put the causal pattern into the mask.", nameof(is_casual));
                }

                return (attn_mask is null ? s_hasAttention : s_hasMaskedAttention).Value
                    ? Aten.scaled_dot_product_attention.Tensor(query, key, value, attn_mask, p, is_casual)
                    : ComposedAttention(query, key, value, attn_mask, p, is_casual);
            }

            internal static Tensor ComposedAttention(Tensor query, Tensor key, Tensor value, Tensor? mask, double p, bool causal)
            {
                using var scope = NewDisposeScope();
                // Scaling both factors by d^-1/4 keeps half-precision products in range.
                var scale = Math.Pow(query.size(-1), -0.25);
                var scores = matmul(query * scale, (key * scale).transpose(-2, -1));
                Tensor? blind = null;
                if (causal)
                {
                    using var noGrad = no_grad();
                    mask = ones(query.size(-2), key.size(-2), dtype: ScalarType.Bool, device: query.device).tril();
                }
                if (mask is { dtype: ScalarType.Bool })
                {
                    // In a row without keys the scores stay as they are and the weights become zero: −∞ in a whole row would be NaN.
                    blind = mask.any(-1, true).logical_not();
                    scores = scores.masked_fill(mask.logical_or(blind).logical_not(), double.NegativeInfinity);
                }
                else if (mask is not null)
                {
                    blind = mask.eq(double.NegativeInfinity).all(-1, true);
                    scores += mask.masked_fill(blind, 0);
                }
                var weights = softmax(scores, -1);
                if (blind is not null)
                    weights = weights.masked_fill(blind, 0);
                if (p > 0)
                    weights = dropout(weights, p);
                return matmul(weights, value).MoveToOuterDisposeScope();
            }
        }
    }
}
