namespace TorchSharp;

public static partial class torch
{
    /// <summary>One position of an index expression: a number, a range, a tensor, a new dimension, "all the rest".</summary>
    public struct TensorIndex
    {
        internal enum Kind
        {
            None,
            Single,
            Ellipsis,
            Bool,
            Tensor,
            Slice,
        }

        internal Kind Is;
        internal long? Start;
        internal long? Stop;
        internal long? Step;
        internal Tensor? Picked;

        public static readonly TensorIndex Ellipsis = new() { Is = Kind.Ellipsis };

        public static readonly TensorIndex None = new() { Is = Kind.None };

        public static readonly TensorIndex Null = new() { Is = Kind.None };

        public static readonly TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new() { Is = Kind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice((long?)range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(FromStart(range.Start), range.End.IsFromEnd && range.End.Value == 0 ? null : FromStart(range.End));

        public static TensorIndex Bool(bool value) => new() { Is = Kind.Bool, Start = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => new() { Is = Kind.Single, Start = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { Is = Kind.Tensor, Picked = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(FromStart(index));

        // C# writes "n from the end" where libtorch writes -n; "0 from the end" starts a slice at the end, where nothing is left.
        private static long FromStart(Index index) => !index.IsFromEnd ? index.Value : index.Value == 0 ? long.MaxValue : -index.Value;
    }
}
