using System.Collections;

namespace TorchSharp;

/// <summary>The elements of a tensor's storage.</summary>
public sealed unsafe class Storage<T> : torch.Storage, IEnumerable<T> where T : unmanaged
{
    internal Storage(torch.Tensor tensor) : base(tensor)
    {
    }

    public int Count => checked((int)(Memory().Bytes / sizeof(T)));

    public T this[int index]
    {
        get
        {
            var value = ((T*)Check(index))[index];
            KeepAlive();
            return value;
        }
        set
        {
            ((T*)Check(index))[index] = value;
            KeepAlive();
        }
    }

    public override int element_size() => sizeof(T);

    public T[] ToArray()
    {
        CheckReadable();
        var (data, bytes) = Memory();
        var result = new ReadOnlySpan<T>((void*)data, checked((int)(bytes / sizeof(T)))).ToArray();
        KeepAlive();
        return result;
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IntPtr Check(int index)
    {
        CheckReadable();
        var (data, bytes) = Memory();
        return (uint)index < (ulong)(bytes / sizeof(T)) ? data : throw new ArgumentOutOfRangeException(nameof(index), $"The storage has {bytes / sizeof(T)} elements; {index} is not one of them.");
    }
}
