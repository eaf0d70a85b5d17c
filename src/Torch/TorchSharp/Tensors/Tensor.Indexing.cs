using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => Put(value, indices, false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => Put(value, Picked(indices), false);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => Assign(value, [i1]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => Element([i1, i2]);
            set => Assign(value, [i1, i2]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => Element([i1, i2, i3]);
            set => Assign(value, [i1, i2, i3]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => Element([i1, i2, i3, i4]);
            set => Assign(value, [i1, i2, i3, i4]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => Element([i1, i2, i3, i4, i5]);
            set => Assign(value, [i1, i2, i3, i4, i5]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => Element([i1, i2, i3, i4, i5, i6]);
            set => Assign(value, [i1, i2, i3, i4, i5, i6]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => Element(indices);
            set => Assign(value, indices);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var (view, picks) = View(indices);
            if (picks is null)
            {
                return ReferenceEquals(view, this) ? alias() : view;
            }
            var result = Ops.Index_Tensor.Tensor(view, Arg.Optionals(picks));
            DisposeView(view);
            return result;
        }

        public Tensor index(params Tensor[] indices) => index(Picked(indices));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => Put(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false) => Put(value, indices, accumulate);

        public Tensor index_put_(Tensor value, params Tensor[] indices) => Put(value, Picked(indices), false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Put(value, Picked(indices), accumulate);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices) => PutScalar(value, indices);

        public Tensor index_put_(Scalar value, params Tensor[] indices) => PutScalar(value, Picked(indices));

        private static TensorIndex[] Picked(Tensor[] indices)
        {
            ArgumentNullException.ThrowIfNull(indices);
            return Array.ConvertAll(indices, TensorIndex.Tensor);
        }

        private Tensor Element(ReadOnlySpan<long> indices)
        {
            var view = this;
            foreach (var position in indices)
            {
                var next = view.select(0, position);
                DisposeView(view);
                view = next;
            }
            return ReferenceEquals(view, this) ? alias() : view;
        }

        private void Assign(Tensor value, ReadOnlySpan<long> indices)
        {
            using var target = Element(indices);
            target.copy_(value);
        }

        private Tensor PutScalar(Scalar value, TensorIndex[] indices)
        {
            using var scalar = Ops.ScalarTensor.Tensor(value, dtype, Arg.None, device);
            return Put(scalar, indices, false);
        }

        private Tensor Put(Tensor value, TensorIndex[] indices, bool accumulate)
        {
            ArgumentNullException.ThrowIfNull(value);
            var (view, picks) = View(indices);
            if (picks is null)
            {
                if (accumulate)
                {
                    view.add_(value);
                }
                else
                {
                    CopyInto(view, value);
                }
            }
            else if (value.Dimensions == 0 && (value.dtype != dtype || value.device_type != device_type))
            {
                // A plain number on the right-hand side takes the type of the left, as in Python.
                using var converted = value.to(dtype, device);
                Ops.IndexPutInPlace.Call(view, Arg.Optionals(picks), converted, accumulate);
            }
            else
            {
                Ops.IndexPutInPlace.Call(view, Arg.Optionals(picks), value, accumulate);
            }
            DisposeView(view);
            return this;
        }

        // As in Python, leading dimensions of size 1 that the target lacks are dropped.
        private static void CopyInto(Tensor target, Tensor value)
        {
            var extra = value.Dimensions - target.Dimensions;
            if (extra <= 0)
            {
                target.copy_(value);
                return;
            }
            var sizes = value.shape;
            if (sizes.AsSpan(0, (int)extra).ContainsAnyExcept(1))
            {
                throw new ArgumentException($"A value of shape [{string.Join(", ", sizes)}] cannot be assigned to a selection of shape [{string.Join(", ", target.shape)}].");
            }
            using var trimmed = value.reshape(sizes[(int)extra..]);
            target.copy_(trimmed);
        }

        /// <summary>Applies all that gives a view; what remains are the index tensors, one place per dimension of the view. The view may be this tensor itself.</summary>
        private (Tensor View, Tensor?[]? Picks) View(TensorIndex[] indices)
        {
            ArgumentNullException.ThrowIfNull(indices);
            var consumed = 0;
            foreach (ref readonly var index in indices.AsSpan())
            {
                consumed += index.Is switch
                {
                    TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
                    TensorIndex.Kind.Tensor when index.Picked is { } mask && mask.dtype is ScalarType.Bool or ScalarType.Byte => (int)index.Picked.Dimensions,
                    TensorIndex.Kind.Tensor => 1,
                    _ => 0,
                };
            }
            var dimensions = (int)Dimensions;
            if (consumed > dimensions)
            {
                throw new System.Runtime.InteropServices.ExternalException($"too many indices for tensor of dimension {dimensions}");
            }
            List<(int Dimension, Tensor Index)>? picks = null;
            var view = this;
            var dimension = 0;
            foreach (var index in indices)
            {
                switch (index.Is)
                {
                    case TensorIndex.Kind.Single:
                        Replace(ref view, view.select(dimension, index.Start ?? throw new ArgumentException("An index is null.", nameof(indices))));
                        break;
                    case TensorIndex.Kind.Slice:
                        if (index.Start is not null || index.Stop is not null || index.Step is not null)
                        {
                            Replace(ref view, Ops.Slice_Tensor.Tensor(view, dimension, index.Start, index.Stop, index.Step ?? 1));
                        }
                        dimension++;
                        break;
                    case TensorIndex.Kind.None:
                        Replace(ref view, view.unsqueeze(dimension));
                        dimension++;
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        dimension += dimensions - consumed;
                        break;
                    case TensorIndex.Kind.Bool:
                        Replace(ref view, view.unsqueeze(dimension));
                        var all = index.Start != 0 ? zeros([1], ScalarType.Int64, view.device) : empty([0], ScalarType.Int64, view.device);
                        (picks ??= []).Add((dimension, all));
                        dimension++;
                        break;
                    case TensorIndex.Kind.Tensor:
                        var picked = index.Picked ?? throw new ArgumentException("An index tensor is null.", nameof(indices));
                        (picks ??= []).Add((dimension, picked));
                        dimension += picked.dtype is ScalarType.Bool or ScalarType.Byte ? (int)picked.Dimensions : 1;
                        break;
                }
            }
            if (picks is null)
            {
                return (view, null);
            }
            // The dispatcher counts a mask of n dimensions as one place.
            List<Tensor?> places = [];
            var next = 0;
            foreach (var (at, picked) in picks)
            {
                for (; next < at; next++)
                {
                    places.Add(null);
                }
                places.Add(picked);
                next += picked.dtype is ScalarType.Bool or ScalarType.Byte ? (int)picked.Dimensions : 1;
            }
            return (view, places.ToArray());
        }

        private void Replace(ref Tensor view, Tensor next)
        {
            DisposeView(view);
            view = next;
        }

        private void DisposeView(Tensor view)
        {
            if (!ReferenceEquals(view, this))
            {
                view.Dispose();
            }
        }
    }
}
