using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Rows of a table, by index.</summary>
        public sealed class Embedding : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            private readonly long? _padding_idx;
            private readonly double? _max_norm;
            private readonly double _norm_type;
            private readonly bool _scale_grad_by_freq;
            private readonly bool _sparse;

            [ComponentName(Name = nameof(weight))]
            private Parameter _weight;

            internal Embedding(Parameter weight, long? padding_idx, double? max_norm, double norm_type, bool scale_grad_by_freq, bool sparse)
                : base(nameof(Embedding))
            {
                if (weight.dim() != 2)
                    throw new ArgumentException($"The table of an Embedding has 2 dimensions but this one has {weight.dim()}.", nameof(weight));
                var rows = weight.size(0);
                if (padding_idx is { } index && (index < -rows || index >= rows))
                    throw new ArgumentException($"padding_idx is {index} but the table has {rows} rows.", nameof(padding_idx));
                _padding_idx = padding_idx < 0 ? padding_idx + rows : padding_idx;
                _max_norm = max_norm;
                _norm_type = norm_type;
                _scale_grad_by_freq = scale_grad_by_freq;
                _sparse = sparse;
                this.weight = weight;
            }

            /// <summary>Setting it disposes the one before, and takes the new one out of its dispose scope.</summary>
            [DisallowNull]
            public Parameter? weight
            {
                get => _weight;
                [MemberNotNull(nameof(_weight))]
                set => ConditionallyRegisterParameter(nameof(weight), _weight = Held.Replace(_weight, value)!);
            }

            public override torch.Tensor forward(torch.Tensor input)
            {
                if (_max_norm is { } limit)
                {
                    using var noGrad = torch.no_grad();
                    using var indices = input.contiguous();
                    Aten.embedding_renorm_.Call(_weight, indices, limit, _norm_type);
                }
                return Aten.embedding.Tensor(_weight, input, _padding_idx ?? -1, _scale_grad_by_freq, _sparse);
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                var weight = new Parameter(empty(num_embeddings, embedding_dims, dtype: dtype, device: device));
                init.normal_(weight);
                var result = new Embedding(weight, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
                if (padding_idx is { } index)
                {
                    using var noGrad = no_grad();
                    using var row = weight.select(0, index);
                    row.zero_();
                }
                return result;
            }

            /// <summary>Takes <paramref name="embeddings"/> as the table, sharing its memory unless it has to be converted.</summary>
            public static Embedding Embedding_from_pretrained(
                Tensor embeddings, bool freeze = true, long? padding_idx = null, double? max_norm = null, double norm_type = 2.0,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                using var table = embeddings.detach();
                var converted = table.to(dtype ?? embeddings.dtype, device ?? embeddings.device);
                return new Embedding(new Parameter(converted, requires_grad: !freeze), padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse);
            }
        }
    }
}
