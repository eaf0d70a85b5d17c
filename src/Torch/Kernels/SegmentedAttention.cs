using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LoraDiff.Native;

/// <summary>
/// Attention as one SDPA call for all segments of the same shape: causal segments need no mask, and no call ever holds more than one segment's scores per row of its batch.
/// </summary>
internal static class SegmentedAttention
{
    public static Tensor Run(Tensor q, Tensor k, Tensor v, SegmentTable table, double scale)
    {
        using var scope = NewDisposeScope();
        // SDPA divides by √D; whatever differs from that goes into the queries.
        var factor = scale * Math.Sqrt(q.size(2));
        var scaled = Math.Abs(factor - 1) < 1e-12 ? q : q * factor;
        var parts = new List<Tensor>();
        var rows = new List<int>();
        foreach (var group in table.Segments.GroupBy(Shape))
        {
            AttentionSegment[] members = [.. group];
            parts.Add(Together(scaled, k, v, members));
            rows.AddRange(members.SelectMany(s => Enumerable.Range(s.QueryStart, s.QueryCount)));
        }

        if (parts.Count == 0)
        {
            return zeros_like(q).MoveToOuterDisposeScope();
        }

        var joined = parts.Count == 1 ? parts[0] : cat(parts.ToArray(), 0);
        return InOrder(joined, rows, q.device).MoveToOuterDisposeScope();
    }

    private static (int, int, bool, int, bool) Shape(AttentionSegment s)
        => (s.QueryCount, s.First.Count, s.First.Causal, s.Second.Count, s.Second.Causal);

    // B segments of one shape: [B, H, n, D] over [B, H, m, D] → [B·n, H, D].
    private static Tensor Together(Tensor q, Tensor k, Tensor v, AttentionSegment[] members)
    {
        using var scope = NewDisposeScope();
        var shape = members[0];
        int n = shape.QueryCount, m = shape.First.Count + shape.Second.Count;
        long heads = q.size(1), dim = q.size(2);
        if (m == 0)
        {
            return zeros([members.Length * n, heads, dim], dtype: q.dtype, device: q.device).MoveToOuterDisposeScope();
        }

        var queries = Rows(q, members.Select(s => new KeyRange(s.QueryStart, n)), n);
        var keys = Repeat(Rows(k, members.SelectMany(s => new[] { s.First, s.Second }), m), heads);
        var values = Repeat(Rows(v, members.SelectMany(s => new[] { s.First, s.Second }), m), heads);
        var wholeCausal = shape.First.Causal && shape.Second.Count == 0 && m == n;
        var mask = shape.First.Causal || shape.Second.Causal ? (wholeCausal ? null : Mask(shape, q.device)) : null;
        var mixed = functional.scaled_dot_product_attention(queries, keys, values, mask, 0.0, wholeCausal);
        if (mask is not null && HidesARow(shape))
        {
            // A row that sees nothing is zero, not the softmax of nothing.
            mixed = where(mask.any(1).unsqueeze(1), mixed, zeros_like(mixed));
        }

        return mixed.transpose(1, 2).reshape(members.Length * n, heads, dim).MoveToOuterDisposeScope();
    }

    private static bool HidesARow(AttentionSegment s)
        => (s.First.Count == 0 || (s.First.Causal && s.First.Count < s.QueryCount)) && (s.Second.Count == 0 || (s.Second.Causal && s.Second.Count < s.QueryCount));

    // The rows of many ranges, [B, count, heads, D] → [B, heads, count, D].
    private static Tensor Rows(Tensor from, IEnumerable<KeyRange> ranges, int count)
    {
        Tensor[] slices = [.. ranges.Where(r => r.Count > 0).Select(r => from.narrow(0, r.Start, r.Count))];
        var all = slices.Length == 1 ? slices[0] : cat(slices, 0);
        return all.reshape(-1, count, from.size(1), from.size(2)).transpose(1, 2);
    }

    private static Tensor Repeat(Tensor x, long heads)
        => x.size(1) == heads ? x : x.repeat_interleave(heads / x.size(1), 1);

    private static Tensor Mask(AttentionSegment shape, Device device)
    {
        var moved = new AttentionSegment(0, shape.QueryCount, shape.First with { Start = 0 }, shape.Second with { Start = shape.First.Count });
        return new SegmentTable(shape.QueryCount, shape.First.Count + shape.Second.Count, [moved]).ToMask().to(device);
    }

    private static Tensor InOrder(Tensor joined, List<int> rows, Device device)
    {
        var place = new long[rows.Count];
        var sorted = true;
        for (var i = 0; i < rows.Count; i++)
        {
            place[rows[i]] = i;
            sorted &= rows[i] == i;
        }

        return sorted ? joined.alias() : joined.index_select(0, tensor(place, device: device));
    }
}
