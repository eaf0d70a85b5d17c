using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A handle on a native tensor. Freed by <see cref="Dispose()"/>, by the dispose scope it was created in, or by its finalizer.
    /// </summary>
    public unsafe partial class Tensor : IDisposable
    {
        private static long _totalCount;
        private static long _peakCount;
        internal IntPtr handle;

        internal Tensor(IntPtr handle, bool register = true)
        {
            this.handle = handle;
            var total = Interlocked.Increment(ref _totalCount);
            if (total > Volatile.Read(ref _peakCount))
            {
                RaisePeak(total);
            }
            if (register)
            {
                DisposeScopeManager.ThreadSingleton.Register(this);
            }
        }

        ~Tensor() => Dispose(false);

        /// <summary>How many tensor handles are alive in this process.</summary>
        public static long TotalCount => Volatile.Read(ref _totalCount);

        /// <summary>The most handles that were ever alive at once.</summary>
        public static long PeakCount => Volatile.Read(ref _peakCount);

        public string? name { get; set; }

        /// <summary>The address of a heap-allocated at::Tensor, which this object owns.</summary>
        public IntPtr Handle
        {
            get
            {
                var value = handle;
                return value != IntPtr.Zero ? value : throw new InvalidOperationException("Tensor invalid -- empty handle. The tensor was disposed, or its handle was moved to another object.");
            }
        }

        public bool IsInvalid => handle == IntPtr.Zero;

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal int PlaceInScope { get; set; }

        /// <summary>Takes ownership of a heap-allocated at::Tensor.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var owned = Interlocked.Exchange(ref handle, IntPtr.Zero);
            if (owned == IntPtr.Zero)
            {
                return;
            }
            DisposeScopeManager.ThreadSingleton.Disposing(this);
            OwningDisposeScope?.Remove(this);
            Interlocked.Decrement(ref _totalCount);
            NativeMethods.ld_tensor_free(owned);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        [Obsolete("The method name misspells 'Detach.' Use 'DetachFromDisposeScope' instead.", false)]
        public Tensor DetatchFromDisposeScope() => DetachFromDisposeScope();

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null)
            {
                other?.Attach(this);
            }
            else
            {
                OwningDisposeScope.MoveToOther(other, this);
            }
            return this;
        }

        /// <summary>Gives the native tensor up: the caller frees it.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            var released = Handle;
            OwningDisposeScope?.Remove(this);
            _ = MoveHandle();
            return released;
        }

        // The tensor that takes the handle is counted when it is made: this one must not be counted any more.
        internal IntPtr MoveHandle()
        {
            GC.SuppressFinalize(this);
            Interlocked.Decrement(ref _totalCount);
            return Interlocked.Exchange(ref handle, IntPtr.Zero);
        }

        /// <summary>Equality of shape and elements, as in TorchSharp.</summary>
        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => base.GetHashCode();

        public override string ToString() => TensorText.Metadata(this);

        private static void RaisePeak(long total)
        {
            long peak;
            while ((peak = Volatile.Read(ref _peakCount)) < total && Interlocked.CompareExchange(ref _peakCount, total, peak) != peak)
            {
            }
        }
    }
}
