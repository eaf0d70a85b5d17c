using LoraDiff.Conversion.Generation;
using LoraDiff.Native;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LoraDiff.Conversion.Attention;

/// <summary>
/// What a model's forward pass needs to know about attention: which rows of the token stream see which, by which path, and where keys and values are kept.
/// The stream is flat: the rows of all sequences, and of both halves of <c>[x_t ; x_0]</c>, stand one after the other.
/// </summary>
public sealed class AttentionPlan : IDisposable
{
    private Tensor? _mask;

    /// <summary>Makes a plan.</summary>
    /// <param name="segments">Queries are the rows of the stream; keys are the same rows, or with a cache the cache's rows.</param>
    /// <param name="path">How to compute it.</param>
    /// <param name="cache">Where keys and values are written before attending, or null.</param>
    /// <param name="cacheRows">[T] int64: the cache row of each row of the stream; needed with a cache. The plan does not dispose it.</param>
    public AttentionPlan(SegmentTable segments, AttentionPath path = AttentionPath.Fast, KeyValueCache? cache = null, Tensor? cacheRows = null)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (cache is null != cacheRows is null)
        {
            throw new ArgumentException("A key/value cache and the cache rows belong together: give both or neither.", nameof(cacheRows));
        }

        (Segments, Path, Cache, CacheRows) = (segments, path, cache, cacheRows);
    }

    /// <summary>Who sees whom.</summary>
    public SegmentTable Segments { get; }

    /// <summary>How the pattern is computed.</summary>
    public AttentionPath Path { get; }

    /// <summary>Where keys and values are kept between forwards, or null.</summary>
    public KeyValueCache? Cache { get; }

    /// <summary>[T] int64 rows of the cache, or null.</summary>
    public Tensor? CacheRows { get; }

    /// <summary>One sequence, each row seeing itself and all before it.</summary>
    public static AttentionPlan Causal(int length) => new(SegmentTable.Causal(length));

    /// <summary>Attention of one layer: writes the keys and values to the cache where there is one, then attends.</summary>
    /// <param name="layer">Index of the layer, for the cache.</param>
    /// <param name="q">[T, H, D].</param>
    /// <param name="k">[T, K, D].</param>
    /// <param name="v">[T, K, D].</param>
    /// <param name="scale">Usually 1/√D.</param>
    /// <returns>[T, H, D]; the caller's scope owns it.</returns>
    public Tensor Attend(int layer, Tensor q, Tensor k, Tensor v, double scale)
    {
        if (Cache is not null)
        {
            (k, v) = Cache.Write(layer, k, v, CacheRows!);
        }

        return Path == AttentionPath.Fast ? FusedOps.Current.Attention(q, k, v, Segments, scale) : Dense(q, k, v, scale);
    }

    /// <summary>Frees the dense mask of the reference path.</summary>
    public void Dispose() => _mask?.Dispose();

    private Tensor Dense(Tensor q, Tensor k, Tensor v, double scale)
    {
        using var scope = NewDisposeScope();
        _mask ??= Segments.ToMask().to(q.device).DetachFromDisposeScope();
        var queries = q.transpose(0, 1);                                       // [H, T, D]
        var keys = k.transpose(0, 1).repeat_interleave(q.size(1) / k.size(1), 0);   // [H, S, D]
        var values = v.transpose(0, 1).repeat_interleave(q.size(1) / k.size(1), 0);
        var scores = (queries.matmul(keys.transpose(1, 2)) * scale).to(float32).masked_fill(~_mask, float.NegativeInfinity);
        var weights = functional.softmax(scores, -1).nan_to_num(0.0).to(v.dtype);
        return weights.matmul(values).transpose(0, 1).contiguous().MoveToOuterDisposeScope();
    }
}
