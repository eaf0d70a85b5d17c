using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a custom function's forward leaves for its backward.</summary>
        public unsafe class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object?> _data = [];
            private IntPtr _native;

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            public void save_for_backward(List<Tensor> tensors)
            {
                fixed (IntPtr* handles = Handles(tensors))
                {
                    NativeError.Check(NativeMethods.ld_context_save(Native(), handles, tensors.Count));
                }
                GC.KeepAlive(tensors);
            }

            /// <summary>The tensors that forward saved; null where it saved null. Fails if one was changed in place since.</summary>
            public List<Tensor> get_saved_variables()
            {
                IntPtr* handles;
                int count;
                NativeError.Check(NativeMethods.ld_context_saved(Native(), &handles, &count));
                List<Tensor> result = new(count);
                for (var i = 0; i < count; i++)
                {
                    result.Add(handles[i] == IntPtr.Zero ? null! : new Tensor(handles[i]));
                }
                NativeMemory.Free(handles);
                return result;
            }

            /// <summary>Keeps anything but tensors, which belong in <see cref="save_for_backward"/>.</summary>
            public void save_data(string key, object value)
            {
                if (value is Tensor)
                {
                    throw new ArgumentException("Tensors are kept by save_for_backward, which notices when they are changed in place.", nameof(value));
                }
                _data[key] = value;
            }

            public object get_data(string key) => _data.TryGetValue(key, out var value) ? value! : default!;

            public void mark_dirty(List<Tensor> tensors) => Mark(0, tensors);

            public void mark_non_differentiable(List<Tensor> tensors) => Mark(1, tensors);

            public void set_materialize_grads(bool value)
            {
                NativeError.Check(NativeMethods.ld_context_materialize(Native(), value ? 1 : 0));
                MaterializeGrads = value;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) => _data.Clear();

            /// <summary>The native context lives in the graph: it can be used only during forward and backward.</summary>
            internal void Enter(IntPtr native) => _native = native;

            internal void Leave() => _native = IntPtr.Zero;

            private void Mark(int kind, List<Tensor> tensors)
            {
                fixed (IntPtr* handles = Handles(tensors))
                {
                    NativeError.Check(NativeMethods.ld_context_mark(Native(), kind, handles, tensors.Count));
                }
                GC.KeepAlive(tensors);
            }

            private IntPtr Native() =>
                _native != IntPtr.Zero ? _native : throw new InvalidOperationException("The context of a custom function can be used only while its forward or backward runs.");
        }
    }
}
