namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Leaf(Ops.EmptyLike.Tensor(this, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Leaf(Ops.ZerosLike.Tensor(this, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Leaf(Ops.OnesLike.Tensor(this, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Leaf(Ops.FullLike.Tensor(this, value, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Leaf(Ops.RandLike.Tensor(this, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Leaf(Ops.RandnLike.Tensor(this, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Leaf(Ops.RandintLike_low_dtype.Tensor(this, low, high, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Leaf(Ops.NewEmpty.Tensor(this, size, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Leaf(Ops.NewZeros.Tensor(this, size, dtype, Arg.None, Checked(device)), requires_grad, null);

        public Tensor new_ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Ones([size], dtype, device, requires_grad);

        public Tensor new_ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Ones([rows, columns], dtype, device, requires_grad);

        public Tensor new_ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Ones([dim0, dim1, dim2], dtype, device, requires_grad);

        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Leaf(Ops.NewFull.Tensor(this, size, value, dtype, Arg.None, Checked(device)), requires_grad, null);

        private Tensor Ones(long[] size, ScalarType? dtype, Device? device, bool requiresGrad) =>
            Leaf(Ops.NewOnes.Tensor(this, size, dtype, Arg.None, Checked(device)), requiresGrad, null);

        private static Device? Checked(Device? device) => device is null ? null : InitializeDevice(device);
    }
}
