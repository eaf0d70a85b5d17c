namespace TorchSharp;

public static partial class torch
{
    public static Tensor eq(Tensor left, Tensor right) => left.eq(right);

    public static Tensor ne(Tensor left, Tensor right) => left.ne(right);

    public static Tensor lt(Tensor left, Tensor right) => left.lt(right);

    public static Tensor le(Tensor left, Tensor right) => left.le(right);

    public static Tensor gt(Tensor left, Tensor right) => left.gt(right);

    public static Tensor ge(Tensor left, Tensor right) => left.ge(right);

    public static Tensor equal(Tensor tensor, Tensor target) => tensor.equal(target);

    public static Tensor not_equal(Tensor tensor, Tensor target) => tensor.not_equal(target);

    public static Tensor less(Tensor tensor, Tensor target) => tensor.less(target);

    public static Tensor less_equal(Tensor tensor, Tensor target) => tensor.less_equal(target);

    public static Tensor greater(Tensor tensor, Tensor target) => tensor.greater(target);

    public static Tensor greater_equal(Tensor tensor, Tensor target) => tensor.greater_equal(target);

    public static Tensor isclose(Tensor tensor, Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) => tensor.isclose(other, rtol, atol, nanEqual);

    public static Tensor isin(Tensor tensor, Tensor test_elements, bool assumeUnique = false, bool invert = false) => tensor.isin(test_elements, assumeUnique, invert);

    public static Tensor argsort(Tensor input, long dim = -1, bool descending = false) => input.argsort(dim, descending);

    public static Tensor msort(Tensor tensor) => tensor.msort();

    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) => tensor.allclose(target, rtol, atol, equal_nan);

    public static bool is_nonzero(Tensor input) => input.is_nonzero();

    public static (Tensor values, Tensor indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) => input.sort(dim, descending, stable);

    public static (Tensor values, Tensor indices) topk(Tensor tensor, int k, int dim = -1, bool largest = true, bool sorted = true) => tensor.topk(k, dim, largest, sorted);

    public static (Tensor values, Tensor indices) kthvalue(Tensor input, long k, long? dim, bool keepdim = false) => input.kthvalue(k, dim, keepdim);

    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null) => Ops.Searchsorted_Tensor.Tensor(sorted_sequence, values, out_int32, right, Arg.None, sorter);

    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Ops.Eq_Tensor.Tensor(this, target);

        public Tensor eq_(Tensor target)
        {
            Ops.EqInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor eq(Scalar target) => Ops.Eq_Scalar.Tensor(this, target);

        public Tensor eq_(Scalar target)
        {
            Ops.EqInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor ne(Tensor target) => Ops.Ne_Tensor.Tensor(this, target);

        public Tensor ne_(Tensor target)
        {
            Ops.NeInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor ne(Scalar target) => Ops.Ne_Scalar.Tensor(this, target);

        public Tensor ne_(Scalar target)
        {
            Ops.NeInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor lt(Tensor target) => Ops.Lt_Tensor.Tensor(this, target);

        public Tensor lt_(Tensor target)
        {
            Ops.LtInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor lt(Scalar target) => Ops.Lt_Scalar.Tensor(this, target);

        public Tensor lt_(Scalar target)
        {
            Ops.LtInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor le(Tensor target) => Ops.Le_Tensor.Tensor(this, target);

        public Tensor le_(Tensor target)
        {
            Ops.LeInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor le(Scalar target) => Ops.Le_Scalar.Tensor(this, target);

        public Tensor le_(Scalar target)
        {
            Ops.LeInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor gt(Tensor target) => Ops.Gt_Tensor.Tensor(this, target);

        public Tensor gt_(Tensor target)
        {
            Ops.GtInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor gt(Scalar target) => Ops.Gt_Scalar.Tensor(this, target);

        public Tensor gt_(Scalar target)
        {
            Ops.GtInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor ge(Tensor target) => Ops.Ge_Tensor.Tensor(this, target);

        public Tensor ge_(Tensor target)
        {
            Ops.GeInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor ge(Scalar target) => Ops.Ge_Scalar.Tensor(this, target);

        public Tensor ge_(Scalar target)
        {
            Ops.GeInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor equal(Tensor target) => eq(target);

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor less(Tensor target) => lt(target);

        public Tensor less_equal(Tensor target) => le(target);

        public Tensor greater(Tensor target) => gt(target);

        public Tensor greater_equal(Tensor target) => ge(target);

        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) => Ops.Isclose.Tensor(this, other, rtol, atol, nanEqual);

        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) => Ops.Isin_Tensor_Tensor.Tensor(this, test_elements, assumeUnique, invert);

        public Tensor argsort(long dim = -1, bool descending = false) => Ops.Argsort.Tensor(this, dim, descending);

        public Tensor msort() => Ops.Msort.Tensor(this);

        public bool Equals(Tensor target) => target is not null && Ops.Equal.Bool(this, target);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) => Ops.Allclose.Bool(this, target, rtol, atol, equal_nan);

        public bool is_nonzero() => Ops.IsNonzero.Bool(this);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => Ops.Sort_stable.Tensors2(this, stable, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Ops.Topk.Tensors2(this, k, dim, largest, sorted);

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) => Ops.Kthvalue.Tensors2(this, k, dim ?? -1, keepdim);
    }
}
