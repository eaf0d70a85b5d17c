using static TorchSharp.torch;

namespace LoraDiff.Conversion.Generation;

/// <summary>
/// Keys and values of several sequences: per layer one flat buffer [slots · capacity, K, D], a sequence's position p in row slot · capacity + p.
/// </summary>
/// <remarks>
/// Only rows below a slot's committed length count. A block that is still being filled is written beyond it and overwritten by its next step,
/// so no step copies or trims anything. The cache owns its buffers; the model knows nothing of it but the <see cref="Write"/> of a plan.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;
    private readonly int[] _lengths;
    private readonly long _heads;
    private readonly long _headSize;
    private readonly ScalarType _type;
    private readonly Device _device;

    /// <summary>Allocates the buffers.</summary>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="heads">Key/value heads per layer.</param>
    /// <param name="headSize">Size of a head.</param>
    /// <param name="slots">Sequences held at once.</param>
    /// <param name="capacity">Positions per sequence to begin with.</param>
    /// <param name="type">Type of the activations.</param>
    /// <param name="device">Where the model computes.</param>
    public KeyValueCache(int layers, long heads, long headSize, int slots, int capacity, ScalarType type, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _keys = new Tensor[layers];
        _values = new Tensor[layers];
        _lengths = new int[slots];
        (_heads, _headSize, _type, _device) = (heads, headSize, type, device);
        Capacity = capacity;
        for (var layer = 0; layer < layers; layer++)
        {
            _keys[layer] = Allocate(capacity);
            _values[layer] = Allocate(capacity);
        }
    }

    /// <summary>Sequences held at once.</summary>
    public int Slots => _lengths.Length;

    /// <summary>Positions per sequence.</summary>
    public int Capacity { get; private set; }

    /// <summary>Rows of each buffer: <see cref="Slots"/> · <see cref="Capacity"/>.</summary>
    public int Rows => Slots * Capacity;

    /// <summary>Row of a slot's position 0.</summary>
    public int FirstRow(int slot) => slot * Capacity;

    /// <summary>Positions of a slot whose keys are final.</summary>
    public int Length(int slot) => _lengths[slot];

    /// <summary>Sets a slot's committed length: forward after a forward wrote the rows, back to 0 to give the slot to another sequence.</summary>
    public void Commit(int slot, int length)
    {
        if (length < 0 || length > Capacity)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The cache holds {Capacity} positions per sequence.");
        }

        _lengths[slot] = length;
    }

    /// <summary>Writes rows of one layer and returns the whole buffers, which stay the cache's.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="key">[N, K, D].</param>
    /// <param name="value">[N, K, D].</param>
    /// <param name="rows">[N] int64, the rows to write.</param>
    public (Tensor Keys, Tensor Values) Write(int layer, Tensor key, Tensor value, Tensor rows)
    {
        // Keys of a cache have no gradient; writing a tensor that has one in place would build a graph through every step.
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _keys[layer].index_copy_(0, rows, key.to(_type));
        _values[layer].index_copy_(0, rows, value.to(_type));
        return (_keys[layer], _values[layer]);
    }

    /// <summary>Makes room for longer sequences; committed rows keep their content. At least doubles, so that growth is rare.</summary>
    /// <param name="capacity">Positions per sequence that are needed.</param>
    public void Reserve(int capacity)
    {
        if (capacity <= Capacity)
        {
            return;
        }

        var grown = Math.Max(capacity, Capacity * 2);
        for (var layer = 0; layer < _keys.Length; layer++)
        {
            _keys[layer] = Move(_keys[layer], grown);
            _values[layer] = Move(_values[layer], grown);
        }

        Capacity = grown;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _keys.Concat(_values))
        {
            buffer.Dispose();
        }
    }

    // Zeros, not whatever memory held: a masked-out NaN times zero is still NaN in a composed attention.
    private Tensor Allocate(int capacity)
        => zeros([(long)Slots * capacity, _heads, _headSize], dtype: _type, device: _device).DetachFromDisposeScope();

    private Tensor Move(Tensor old, int grown)
    {
        var buffer = Allocate(grown);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        for (var slot = 0; slot < Slots; slot++)
        {
            if (_lengths[slot] > 0)
            {
                buffer.narrow(0, (long)slot * grown, _lengths[slot]).copy_(old.narrow(0, (long)slot * Capacity, _lengths[slot]));
            }
        }

        old.Dispose();
        return buffer;
    }
}
