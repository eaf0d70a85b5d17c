namespace TorchSharp;

public static partial class torch
{
    public static Tensor all(Tensor input) => input.all();

    public static Tensor all(Tensor input, long dim, bool keepdim = false) => input.all(dim, keepdim);

    public static Tensor any(Tensor input) => input.any();

    public static Tensor any(Tensor input, long dim, bool keepdim = false) => input.any(dim, keepdim);

    public static Tensor argmax(Tensor input) => input.argmax();

    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    public static Tensor argmin(Tensor input) => input.argmin();

    public static Tensor argmin(Tensor input, long dim, bool keepdim = false) => input.argmin(dim, keepdim);

    public static Tensor max(Tensor input) => input.max();

    public static Tensor min(Tensor input) => input.min();

    public static Tensor max(Tensor input, Tensor other) => input.max(other);

    public static Tensor min(Tensor input, Tensor other) => input.min(other);

    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);

    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);

    public static (Tensor min, Tensor max) aminmax(Tensor input, long? dim = null, bool keepdim = false) => input.aminmax(dim, keepdim);

    public static Tensor amax(Tensor input, params long[] dims) => input.amax(dims);

    public static Tensor amax(Tensor input, long[] dims, bool keepdim = false, Tensor? @out = null) => input.amax(dims, keepdim, @out);

    public static Tensor amin(Tensor input, long[] dims, bool keepdim = false, Tensor? @out = null) => input.amin(dims, keepdim, @out);

    public static Tensor mean(Tensor input) => input.mean();

    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => input.mean(dimensions, keepdim, type);

    public static Tensor median(Tensor input) => input.median();

    public static Tensor nanmedian(Tensor input) => input.nanmedian();

    public static Tensor nansum(Tensor input) => input.nansum();

    public static Tensor nanquantile(Tensor input, Tensor q, long dim = -1, bool keepdim = false) => input.nanquantile(q, dim, keepdim);

    public static (Tensor values, Tensor indices) mode(Tensor input, long dim = -1L, bool keepdim = false) => input.mode(dim, keepdim);

    public static Tensor prod(Tensor input, ScalarType? type = null) => input.prod(type);

    public static Tensor prod(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.prod(dim, keepdim, type);

    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);

    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);

    public static Tensor std(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std(dimensions, unbiased, keepdim, type);

    public static Tensor var(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var(dimensions, unbiased, keepdim, type);

    public static Tensor std(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std(dimensions, unbiased, keepdim, type);

    public static Tensor var(Tensor input, long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var(dimensions, unbiased, keepdim, type);

    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);

    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);

    public static Tensor cumprod(Tensor input, long dim, ScalarType? dtype = null) => input.cumprod(dim, dtype);

    public static Tensor logcumsumexp(Tensor input, long dim) => input.logcumsumexp(dim);

    public static (Tensor values, Tensor indices) cummax(Tensor input, long dim) => input.cummax(dim);

    public static (Tensor values, Tensor indices) cummin(Tensor input, long dim) => input.cummin(dim);

    public static Tensor norm(Tensor input, float p = 2.0f) => input.norm(p);

    public static Tensor norm(Tensor input, int dimension, bool keepdim = false, float p = 2.0f) => input.norm(dimension, keepdim, p);

    public static Tensor dist(Tensor input, Tensor other, float p = 2.0f) => input.dist(other, p);

    public static Tensor count_nonzero(Tensor input, long[]? dims = null) => input.count_nonzero(dims);

    public static Tensor quantile(Tensor input, Tensor q, long dim = -1, bool keepdim = false) => input.quantile(q, dim, keepdim);

    public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);

    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => input.bincount(weights, minlength);

    public static Tensor histc(Tensor input, long bins = 100, long min = 0, long max = 0) => input.histc(bins, min, max);

    public partial class Tensor
    {
        public Tensor all() => Ops.All.Tensor(this);

        public Tensor all(long dim, bool keepdim = false) => Ops.All_dim.Tensor(this, dim, keepdim);

        public Tensor any() => Ops.Any.Tensor(this);

        public Tensor any(long dim, bool keepdim = false) => Ops.Any_dim.Tensor(this, dim, keepdim);

        public Tensor argmax() => Ops.Argmax.Tensor(this);

        public Tensor argmax(long dim, bool keepdim = false) => Ops.Argmax.Tensor(this, dim, keepdim);

        public Tensor argmin() => Ops.Argmin.Tensor(this);

        public Tensor argmin(long dim, bool keepdim = false) => Ops.Argmin.Tensor(this, dim, keepdim);

        public Tensor max() => Ops.Max.Tensor(this);

        public Tensor min() => Ops.Min.Tensor(this);

        public Tensor max(Tensor other) => Ops.Max_other.Tensor(this, other);

        public Tensor min(Tensor other) => Ops.Min_other.Tensor(this, other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Ops.Max_dim.Tensors2(this, dim, keepdim);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Ops.Min_dim.Tensors2(this, dim, keepdim);

        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) => Ops.Aminmax.Tensors2(this, dim, keepdim);

        public Tensor amax(params long[] dims) => Ops.Amax.Tensor(this, dims);

        public Tensor amin(params long[] dims) => Ops.Amin.Tensor(this, dims);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => CopiedTo(@out, Ops.Amax.Tensor(this, dims, keepdim));

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => CopiedTo(@out, Ops.Amin.Tensor(this, dims, keepdim));

        private static Tensor CopiedTo(Tensor? target, Tensor result) => target is null ? result : target.copy_(result);

        public Tensor mean() => Ops.Mean.Tensor(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Ops.Mean_dim.Tensor(this, dimensions, keepdim, type);

        public Tensor median() => Ops.Median.Tensor(this);

        public Tensor nanmedian() => Ops.Nanmedian.Tensor(this);

        public Tensor nansum() => Ops.Nansum.Tensor(this);

        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) => Ops.Nanmean.Tensor(this, dim is { } axis ? new long[] { axis } : Arg.None, keepdim, dtype);

        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Ops.Nanquantile.Tensor(this, q, dim, keepdim);

        public (Tensor values, Tensor indices) mode(long dim = -1L, bool keepdim = false) => Ops.Mode.Tensors2(this, dim, keepdim);

        public Tensor prod(ScalarType? type = null) => Ops.Prod.Tensor(this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Ops.Prod_dim_int.Tensor(this, dim, keepdim, type);

        public Tensor sum(ScalarType? type = null) => Ops.Sum.Tensor(this, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Ops.Sum_dim_IntList.Tensor(this, dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => sum(dim.ToArray(), keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1, dim2], keepdim, type);

        public Tensor std(bool unbiased = true) => Ops.Std.Tensor(this, unbiased);

        public Tensor var(bool unbiased = true) => Ops.Var.Tensor(this, unbiased);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.Std_dim.Tensor(Typed(type), dimensions, unbiased, keepdim);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.Var_dim.Tensor(Typed(type), dimensions, unbiased, keepdim);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim], unbiased, keepdim, type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Ops.StdMean.Tensors2(this, unbiased);

        public (Tensor @var, Tensor mean) var_mean(bool unbiased = true) => Ops.VarMean.Tensors2(this, unbiased);

        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.StdMean_dim.Tensors2(Typed(type), dimensions, unbiased, keepdim);

        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.VarMean_dim.Tensors2(Typed(type), dimensions, unbiased, keepdim);

        private Tensor Typed(ScalarType? type) => type is { } wanted && wanted != dtype ? to_type(wanted) : this;

        public Tensor logsumexp(long dim, bool keepdim = false) => Ops.Logsumexp.Tensor(this, new long[] { dim }, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.Cumsum.Tensor(this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Ops.Cumprod.Tensor(this, dim, type);

        public Tensor logcumsumexp(long dim) => Ops.Logcumsumexp.Tensor(this, dim);

        public (Tensor values, Tensor indexes) cummax(long dim) => Ops.Cummax.Tensors2(this, dim);

        public (Tensor values, Tensor indexes) cummin(long dim) => Ops.Cummin.Tensors2(this, dim);

        public Tensor norm(float p = 2.0f) => Ops.Norm_Scalar.Tensor(this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Ops.Norm_ScalarOpt_dim.Tensor(this, p, new long[] { dim }, keepdim);

        public Tensor dist(Tensor other, float p = 2.0f) => Ops.Dist.Tensor(this, other, p);

        public Tensor count_nonzero(long[]? dims = null) => Ops.CountNonzero_dim_IntList.Tensor(this, dims ?? []);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Ops.Quantile.Tensor(this, q, dim, keepdim);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.Softmax_int.Tensor(this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.LogSoftmax_int.Tensor(this, dim, dtype);

        public Tensor bincount(Tensor? weights, long minlength = 0) => Ops.Bincount.Tensor(this, weights, minlength);

        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Ops.Histc.Tensor(this, bins, min, max);
    }
}
