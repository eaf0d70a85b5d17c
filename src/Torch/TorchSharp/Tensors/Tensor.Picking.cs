namespace TorchSharp;

public static partial class torch
{
    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    public static Tensor select(Tensor input, long dim, long index) => input.select(dim, index);

    public static Tensor narrow(Tensor input, long dim, long start, long length) => input.narrow(dim, start, length);

    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);

    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) => input.scatter(dim, index, src);

    public static Tensor scatter_(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_(dim, index, src);

    public static Tensor scatter_add(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add(dim, index, src);

    public static Tensor select_scatter(Tensor input, Tensor src, long dim, long index) => input.select_scatter(src, dim, index);

    public static Tensor slice_scatter(Tensor input, Tensor src, long dim = 0L, long? start = null, long? end = null, long step = 1L) => input.slice_scatter(src, dim, start, end, step);

    public static Tensor diagonal_scatter(Tensor input, Tensor src, long offset = 0L, long dim1 = 0L, long dim2 = 1L) => input.diagonal_scatter(src, offset, dim1, dim2);

    public static Tensor index_add(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha) => input.index_add(dim, index, source, alpha);

    public static Tensor index_add_(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha) => input.index_add_(dim, index, source, alpha);

    public static Tensor index_copy(Tensor input, long dim, Tensor index, Tensor source) => input.index_copy(dim, index, source);

    public static Tensor index_copy_(Tensor input, long dim, Tensor index, Tensor source) => input.index_copy_(dim, index, source);

    public static Tensor take(Tensor input, Tensor index) => input.take(index);

    public static Tensor take_along_dim(Tensor input, Tensor indices, long dim = 0L) => input.take_along_dim(indices, dim);

    public static Tensor masked_select(Tensor input, Tensor mask) => input.masked_select(mask);

    public static Tensor nonzero(Tensor input) => input.nonzero();

    public static Tensor argwhere(Tensor input) => input.argwhere();

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    public static Tensor[] where(Tensor condition) => Ops.Where.TensorList(condition);

    public static Tensor bucketize(Tensor input, Tensor boundaries, bool outInt32 = false, bool right = false) => input.bucketize(boundaries, outInt32, right);

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(Tensor input, bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) => input.unique(sorted, return_inverse, return_counts, dim);

    public partial class Tensor
    {
        public Tensor index_select(long dim, Tensor index) => Ops.IndexSelect.Tensor(this, dim, index);

        public Tensor select(long dim, long index) => Ops.Select_int.Tensor(this, dim, index);

        public Tensor narrow(long dim, long start, long length) => Ops.Narrow.Tensor(this, dim, start, length);

        public Tensor slice(long dim, long start, long finish, long step) => Ops.Slice_Tensor.Tensor(this, dim, start, finish, step);

        public Tensor gather(long dim, Tensor index) => Ops.Gather.Tensor(this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.Scatter_src.Tensor(this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            Ops.ScatterInPlace_src.Call(this, dim, index, src);
            return this;
        }

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.ScatterAdd.Tensor(this, dim, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
        {
            Ops.ScatterAddInPlace.Call(this, dim, index, src);
            return this;
        }

        public Tensor select_scatter(Tensor src, long dim, long index) => Ops.SelectScatter.Tensor(this, src, dim, index);

        public Tensor slice_scatter(Tensor src, long dim = 0L, long? start = null, long? end = null, long step = 1L) => Ops.SliceScatter.Tensor(this, src, dim, start, end, step);

        public Tensor diagonal_scatter(Tensor src, long offset = 0L, long dim1 = 0L, long dim2 = 1L) => Ops.DiagonalScatter.Tensor(this, src, offset, dim1, dim2);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.IndexAdd.Tensor(this, dim, index, source, alpha);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            Ops.IndexAddInPlace.Call(this, dim, index, source, alpha);
            return this;
        }

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Ops.IndexCopy.Tensor(this, dim, index, source);

        public Tensor index_copy_(long dim, Tensor index, Tensor source)
        {
            Ops.IndexCopyInPlace.Call(this, dim, index, source);
            return this;
        }

        public Tensor index_fill(long dim, Tensor index, Scalar value) => Ops.IndexFill_int_Scalar.Tensor(this, dim, index, value);

        public Tensor index_fill_(long dim, Tensor index, Scalar value)
        {
            Ops.IndexFillInPlace_int_Scalar.Call(this, dim, index, value);
            return this;
        }

        public Tensor take(Tensor index) => Ops.Take.Tensor(this, index);

        public Tensor take_along_dim(Tensor indices, long dim) => Ops.TakeAlongDim.Tensor(this, indices, dim);

        public Tensor take_along_dim(Tensor indices) => Ops.TakeAlongDim.Tensor(this, indices);

        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.MaskedFill_Scalar.Tensor(this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value)
        {
            Ops.MaskedFillInPlace_Scalar.Call(this, mask, value);
            return this;
        }

        public Tensor masked_scatter(Tensor mask, Tensor value) => Ops.MaskedScatter.Tensor(this, mask, value);

        public Tensor masked_scatter_(Tensor mask, Tensor value)
        {
            Ops.MaskedScatterInPlace.Call(this, mask, value);
            return this;
        }

        public Tensor masked_select(Tensor mask) => Ops.MaskedSelect.Tensor(this, mask);

        public Tensor nonzero() => Ops.Nonzero.Tensor(this);

        public Tensor argwhere() => Ops.Argwhere.Tensor(this);

        public IList<Tensor> nonzero_as_list() => nonzero().unbind(1);

        public Tensor where(Tensor condition, Tensor y) => Ops.Where_self.Tensor(condition, this, y);

        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) => Ops.Bucketize_Tensor.Tensor(this, boundaries, outInt32, right);

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) => Without(dim is { } axis ? Ops.UniqueDim.Tensors3(this, axis, sorted, return_inverse, return_counts) : Ops.HiddenUnique2.Tensors3(this, sorted, return_inverse, return_counts), return_inverse, return_counts);

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(bool return_inverse = false, bool return_counts = false, int? dim = null) => Without(Ops.UniqueConsecutive.Tensors3(this, return_inverse, return_counts, (long?)dim), return_inverse, return_counts);
    }
}
