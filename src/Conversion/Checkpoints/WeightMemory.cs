using LoraDiff.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>Memory for frozen weights. On the CPU it is cut from large blocks under huge pages; a block lives as long as any weight in it.</summary>
internal sealed class WeightMemory(Device device) : IDisposable
{
    private const long BlockBytes = 256L << 20; // what of a block is never used is never resident
    private const long Alignment = 64;          // bytes: a cache line, and what libtorch aligns to

    private readonly Dictionary<ScalarType, (Tensor Block, long Taken)> _blocks = [];

    /// <summary>An uninitialised tensor, which the caller owns; no dispose scope does.</summary>
    public Tensor Take(long[] shape, ScalarType type)
    {
        if (device.type != DeviceType.CPU)
        {
            return empty(shape, dtype: type, device: device).DetachFromDisposeScope();
        }

        var count = shape.Aggregate(1L, (product, size) => product * size);
        if (!_blocks.TryGetValue(type, out var current) || current.Taken + count > current.Block.NumberOfElements)
        {
            current.Block?.Dispose();
            current = (Block(type, count), 0);
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // A tensor of its own over that memory: a view would share the block's version counter with all other weights.
        var memory = empty([0], dtype: type).set_(current.Block.narrow(0, current.Taken, count).view(shape));
        var step = Alignment / current.Block.ElementSize;
        _blocks[type] = (current.Block, Math.Min(current.Block.NumberOfElements, (current.Taken + count + step - 1) / step * step));
        return memory.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var (block, _) in _blocks.Values)
        {
            block.Dispose();
        }

        _blocks.Clear();
    }

    private static Tensor Block(ScalarType type, long least)
    {
        using var one = empty([1], dtype: type);
        var block = empty([Math.Max(least, BlockBytes / one.ElementSize)], dtype: type).DetachFromDisposeScope();
        HugePages.Advise(block);
        return block;
    }
}
