using System.Collections;

namespace TorchSharp.Utils;

/// <summary>Reads and writes the elements of a CPU tensor in row-major order, whatever its strides. A copy made for a device tensor is disposed with the accessor.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly bool _owned;
    private readonly T* _data;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor, bool owned)
    {
        _tensor = tensor;
        _owned = owned;
        _data = (T*)tensor.DataPointer();
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get
        {
            var value = _data[Offset(indices)];
            GC.KeepAlive(_tensor);
            return value;
        }
        set
        {
            _data[Offset(indices)] = value;
            GC.KeepAlive(_tensor);
        }
    }

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => Equals(left, right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !Equals(left, right);

    /// <summary>Equality of the elements, in order.</summary>
    public override bool Equals(object? obj)
    {
        if (obj is not TensorAccessor<T> other || other.Count != Count)
        {
            return false;
        }
        for (var i = 0L; i < Count; i++)
        {
            if (!EqualityComparer<T>.Default.Equals(At(i), other.At(i)))
            {
                return false;
            }
        }
        return true;
    }

    public override int GetHashCode() => Count.GetHashCode();

    public T[] ToArray()
    {
        if (Count > Array.MaxLength)
        {
            throw new InvalidOperationException($"The tensor has {Count} elements; an array has at most {Array.MaxLength}.");
        }
        var result = new T[Count];
        CopyTo(result.AsSpan());
        return result;
    }

    public Array ToNDArray()
    {
        if (_shape.Length == 0)
        {
            return new[] { At(0) };
        }
        var result = Array.CreateInstance(typeof(T), _shape);
        var index = new long[_shape.Length];
        for (var i = 0L; i < Count; i++)
        {
            result.SetValue(At(i), index);
            for (var d = index.Length - 1; d >= 0 && ++index[d] == _shape[d]; d--)
            {
                index[d] = 0;
            }
        }
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = (int)Math.Min(target.Length, Count - tensorIndex);
        if (_contiguous)
        {
            new ReadOnlySpan<T>(_data + tensorIndex, count).CopyTo(target);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                target[i] = At(tensorIndex + i);
            }
        }
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(new ReadOnlySpan<T>(array), arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        for (var i = 0; i < count; i++)
        {
            _data[Offset(tensorIndex + i)] = source[i];
        }
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0L; i < Count; i++)
        {
            yield return At(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        if (_owned)
        {
            _tensor.Dispose();
        }
    }

    /// <summary>The element at a row-major position.</summary>
    internal T At(long index)
    {
        var value = _data[Offset(index)];
        GC.KeepAlive(_tensor);
        return value;
    }

    private long Offset(long index)
    {
        if (_tensor.IsInvalid)
        {
            throw new ObjectDisposedException(nameof(TensorAccessor<T>), "The tensor that this accessor reads was disposed.");
        }
        if (index < 0 || index >= Count)
        {
            throw new ArgumentOutOfRangeException(nameof(index), $"Position {index} is outside of the {Count} elements of the tensor.");
        }
        if (_contiguous)
        {
            return index;
        }
        var offset = 0L;
        for (var d = _shape.Length - 1; d >= 0; d--)
        {
            (index, var position) = Math.DivRem(index, _shape[d]);
            offset += position * _strides[d];
        }
        return offset;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1)
        {
            return Offset(indices[0]);
        }
        if (indices.Length != _shape.Length)
        {
            throw new ArgumentException($"{indices.Length} indices were given for {_shape.Length} dimensions.", nameof(indices));
        }
        var offset = 0L;
        for (var d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= _shape[d])
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"Index {indices[d]} is outside of dimension {d}, which has {_shape[d]} elements.");
            }
            offset += indices[d] * _strides[d];
        }
        return _tensor.IsInvalid ? throw new ObjectDisposedException(nameof(TensorAccessor<T>), "The tensor that this accessor reads was disposed.") : offset;
    }
}
