using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        // More dimensions than any tensor of ours has; a longer shape is asked for twice.
        private const int StackDimensions = 16;

        public long Dimensions => Info().Dimensions;

        public long ndim => Dimensions;

        public long NumberOfElements => Info().ElementCount;

        public long ElementSize => Property(TensorProperty.ElementSize);

        public ScalarType dtype => (ScalarType)Info().Type;

        public DeviceType device_type => (DeviceType)Info().DeviceType;

        public int device_index => Info().DeviceIndex;

        public Device device
        {
            get
            {
                var info = Info();
                return (DeviceType)info.DeviceType == DeviceType.CPU ? CPU : new Device((DeviceType)info.DeviceType, info.DeviceIndex);
            }
        }

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => device_type == DeviceType.META;

        public bool is_sparse => Property(TensorProperty.IsSparse) != 0;

        public bool is_leaf => Property(TensorProperty.IsLeaf) != 0;

        public long[] shape
        {
            get
            {
                var sizes = stackalloc long[StackDimensions];
                int count;
                NativeError.Check(NativeMethods.ld_tensor_sizes(Handle, sizes, StackDimensions, &count));
                var result = new long[count];
                if (count <= StackDimensions)
                {
                    new ReadOnlySpan<long>(sizes, count).CopyTo(result);
                }
                else
                {
                    fixed (long* all = result)
                    {
                        NativeError.Check(NativeMethods.ld_tensor_sizes(Handle, all, count, &count));
                    }
                }
                GC.KeepAlive(this);
                return result;
            }
        }

        public Tensor T => Op_T(this);

        public Tensor mT => transpose(-2, -1);

        public Tensor mH => adjoint();

        public Tensor H => adjoint();

        public Tensor real => Ops.Real.Tensor(this);

        public Tensor imag => Ops.Imag.Tensor(this);

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim)
        {
            long result;
            NativeError.Check(NativeMethods.ld_tensor_size(Handle, dim, &result));
            GC.KeepAlive(this);
            return result;
        }

        public long[] stride()
        {
            int count;
            NativeError.Check(NativeMethods.ld_tensor_strides(Handle, null, 0, &count));
            var result = new long[count];
            fixed (long* all = result)
            {
                NativeError.Check(NativeMethods.ld_tensor_strides(Handle, all, count, &count));
            }
            GC.KeepAlive(this);
            return result;
        }

        public long stride(int dim)
        {
            long result;
            NativeError.Check(NativeMethods.ld_tensor_stride(Handle, dim, &result));
            GC.KeepAlive(this);
            return result;
        }

        public long storage_offset() => Property(TensorProperty.StorageOffset);

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_contiguous() => Property(TensorProperty.IsContiguous) != 0;

        public bool is_pinned() => Property(TensorProperty.IsPinned) != 0;

        public bool is_conj() => Property(TensorProperty.IsConjugate) != 0;

        public bool is_neg() => Property(TensorProperty.IsNegative) != 0;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        internal TensorInfo Info()
        {
            TensorInfo info;
            NativeError.Check(NativeMethods.ld_tensor_info(Handle, &info));
            GC.KeepAlive(this);
            return info;
        }

        internal long Property(TensorProperty property)
        {
            long value;
            NativeError.Check(NativeMethods.ld_tensor_property(Handle, property, &value));
            GC.KeepAlive(this);
            return value;
        }

        private static Tensor Op_T(Tensor tensor)
        {
            var order = new long[tensor.Dimensions];
            for (var i = 0; i < order.Length; i++)
            {
                order[i] = order.Length - 1 - i;
            }
            return tensor.permute(order);
        }
    }
}
