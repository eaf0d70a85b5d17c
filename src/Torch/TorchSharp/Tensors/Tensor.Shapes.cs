namespace TorchSharp;

public static partial class torch
{
    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);

    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);

    public static Tensor ravel(Tensor input) => input.ravel();

    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);

    public static Tensor adjoint(Tensor input) => input.adjoint();

    public static Tensor view_as_real(Tensor input) => input.view_as_real();

    public static Tensor view_as_complex(Tensor input) => input.view_as_complex();

    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);

    public static Tensor unsqueeze_(Tensor input, long dim) => input.unsqueeze_(dim);

    public static Tensor t(Tensor input) => input.t();

    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);

    public static Tensor swapdims(Tensor input, long dim0, long dim1) => input.swapdims(dim0, dim1);

    public static Tensor swapaxes(Tensor input, long axis0, long axis1) => input.swapaxes(axis0, axis1);

    public static Tensor permute(Tensor input, params long[] permutation) => input.permute(permutation);

    public static Tensor movedim(Tensor input, long[] source, long[] destination) => input.movedim(source, destination);

    public static Tensor moveaxis(Tensor input, long[] source, long[] destination) => input.moveaxis(source, destination);

    public static Tensor broadcast_to(Tensor input, params long[] shape) => input.broadcast_to(shape);

    public static Tensor tile(Tensor input, long[] dims) => input.tile(dims);

    public static Tensor repeat_interleave(Tensor input, Tensor repeats, long? dim = null, long? output_size = null) => input.repeat_interleave(repeats, dim, output_size);

    public static Tensor repeat_interleave(Tensor input, long repeats, long? dim = null, long? output_size = null) => input.repeat_interleave(repeats, dim, output_size);

    public static Tensor flip(Tensor input, params long[] dims) => input.flip(dims);

    public static Tensor fliplr(Tensor input) => input.fliplr();

    public static Tensor flipud(Tensor input) => input.flipud();

    public static Tensor roll(Tensor input, long[] shifts, long[] dims) => input.roll(shifts, dims);

    public static Tensor roll(Tensor input, long shifts, long? dims = null) => input.roll(shifts, dims);

    public static Tensor diff(Tensor input, long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => input.diff(n, dim, prepend, append);

    public static Tensor[] unbind(Tensor input, long dim = 0L) => input.unbind(dim);

    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => input.chunk(chunks, dim);

    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0L) => tensor.split(split_size_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, long indices_or_sections, long dim = 0L) => input.tensor_split(indices_or_sections, dim);

    public static Tensor[] tensor_split(Tensor input, long[] indices_or_sections, long dim = 0L) => input.tensor_split(indices_or_sections, dim);

    public partial class Tensor
    {
        public Tensor reshape(params long[] shape) => Ops.Reshape.Tensor(this, shape);

        public Tensor view(params long[] shape) => Ops.View.Tensor(this, shape);

        public Tensor view_as(Tensor other) => Ops.ViewAs.Tensor(this, other);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.Flatten_using_ints.Tensor(this, start_dim, end_dim);

        public Tensor unflatten(long dim, params long[] sizes) => Ops.Unflatten_int.Tensor(this, dim, sizes);

        public Tensor ravel() => Ops.Ravel.Tensor(this);

        public Tensor squeeze(long? dim = null) => dim is { } index ? Ops.Squeeze_dim.Tensor(this, index) : Ops.Squeeze.Tensor(this);

        public Tensor adjoint() => Ops.Adjoint.Tensor(this);

        public Tensor view_as_real() => Ops.ViewAsReal.Tensor(this);

        public Tensor view_as_complex() => Ops.ViewAsComplex.Tensor(this);

        public Tensor unsqueeze(long dim) => Ops.Unsqueeze.Tensor(this, dim);

        public Tensor unsqueeze_(long dim)
        {
            Ops.UnsqueezeInPlace.Call(this, dim);
            return this;
        }

        public Tensor t() => Ops.T.Tensor(this);

        public Tensor transpose(long dim0, long dim1) => Ops.Transpose_int.Tensor(this, dim0, dim1);

        public Tensor transpose_(long dim0, long dim1)
        {
            Ops.TransposeInPlace.Call(this, dim0, dim1);
            return this;
        }

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor permute(params long[] permutation) => Ops.Permute.Tensor(this, permutation);

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor movedim(long[] source, long[] destination) => Ops.Movedim_intlist.Tensor(this, source, destination);

        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Ops.Expand.Tensor(this, sizes, isImplicit);

        public Tensor expand(params long[] sizes) => expand(sizes, false);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => expand(sizes.ToArray(), isImplicit);

        public Tensor expand(Size sizes, bool isImplicit = false) => expand(sizes.Shape, isImplicit);

        public Tensor expand_as(Tensor other) => expand(other.shape);

        public Tensor broadcast_to(params long[] shape) => Ops.BroadcastTo.Tensor(this, shape);

        public Tensor repeat(params long[] sizes) => Ops.Repeat.Tensor(this, sizes);

        public Tensor tile(long[] reps) => Ops.Tile.Tensor(this, reps);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => Ops.RepeatInterleave_self_Tensor.Tensor(this, repeats, dim, output_size);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Ops.RepeatInterleave_self_int.Tensor(this, repeats, dim, output_size);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L) => Ops.AsStrided.Tensor(this, size, strides, storageOffset);

        public Tensor unfold(long dimension, long size, long step) => Ops.Unfold.Tensor(this, dimension, size, step);

        public Tensor flip(params long[] dims) => Ops.Flip.Tensor(this, dims);

        public Tensor fliplr() => Ops.Fliplr.Tensor(this);

        public Tensor flipud() => Ops.Flipud.Tensor(this);

        public Tensor roll(long shifts, long? dims = null) => dims is { } dim ? roll([shifts], [dim]) : Ops.Roll.Tensor(this, new[] { shifts });

        public Tensor roll(long[] shifts, long[] dims) => Ops.Roll.Tensor(this, shifts, dims);

        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => Ops.Diff.Tensor(this, n, dim, prepend, append);

        public Tensor[] unbind(long dimension = 0L) => Ops.Unbind_int.TensorList(this, dimension);

        public Tensor[] chunk(long chunks, long dim = 0L) => Ops.Chunk.TensorList(this, chunks, dim);

        public Tensor[] split(long size, int dim = 0) => Ops.Split_Tensor.TensorList(this, size, dim);

        public Tensor[] split(long[] sizes, long dim = 0) => Ops.SplitWithSizes.TensorList(this, sizes, dim);

        public Tensor[] split(params long[] sizes) => split(sizes, 0L);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => split(sizes.ToArray(), dim);

        public Tensor[] tensor_split(long size, long dim = 0L) => Ops.TensorSplit_sections.TensorList(this, size, dim);

        public Tensor[] tensor_split(long[] sizes, long dim = 0L) => Ops.TensorSplit_indices.TensorList(this, sizes, dim);

        public Tensor atleast_1d() => Ops.Atleast1d.Tensor(this);

        public Tensor atleast_2d() => Ops.Atleast2d.Tensor(this);

        public Tensor atleast_3d() => Ops.Atleast3d.Tensor(this);
    }
}
