using static TorchSharp.torch;

namespace LoraDiff.Native;

/// <summary>Which key rows each query row may attend to, as runs: the form in which attention patterns are computed without a mask.</summary>
public sealed class SegmentTable
{
    private readonly int[] _packed;

    /// <summary>Checks and keeps a table.</summary>
    /// <param name="queries">Number of query rows.</param>
    /// <param name="keys">Number of key rows.</param>
    /// <param name="segments">Segments that cover every query row exactly once; any order.</param>
    /// <exception cref="ArgumentException">A row is covered twice or not at all, a range lies outside the keys, or a segment's two ranges overlap.</exception>
    public SegmentTable(int queries, int keys, IReadOnlyList<AttentionSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentOutOfRangeException.ThrowIfNegative(queries);
        ArgumentOutOfRangeException.ThrowIfNegative(keys);
        AttentionSegment[] sorted = [.. segments.Where(s => s.QueryCount != 0).OrderBy(s => s.QueryStart)];
        var next = 0;
        foreach (var segment in sorted)
        {
            if (segment.QueryStart != next || segment.QueryCount < 0)
            {
                throw new ArgumentException($"Query row {Math.Min(next, segment.QueryStart)} is covered {(segment.QueryStart < next ? "twice" : "by no segment")}; segments must cover rows 0…{queries - 1} once.", nameof(segments));
            }

            next += segment.QueryCount;
            CheckRange(segment.First, keys);
            CheckRange(segment.Second, keys);
            if (segment.First.Count > 0 && segment.Second.Count > 0
                && segment.First.Start < segment.Second.Start + segment.Second.Count && segment.Second.Start < segment.First.Start + segment.First.Count)
            {
                throw new ArgumentException($"The segment at query row {segment.QueryStart} has overlapping key ranges {segment.First} and {segment.Second}.", nameof(segments));
            }
        }

        if (next != queries)
        {
            throw new ArgumentException($"The segments cover {next} query rows of {queries}.", nameof(segments));
        }

        (Queries, Keys, Segments) = (queries, keys, sorted);
        _packed = Pack(sorted);
    }

    /// <summary>Number of query rows, T.</summary>
    public int Queries { get; }

    /// <summary>Number of key rows, S.</summary>
    public int Keys { get; }

    /// <summary>The segments in order of their query rows.</summary>
    public IReadOnlyList<AttentionSegment> Segments { get; }

    /// <summary>Eight numbers a segment: query start and count, then start, count and causal (0 or 1) of both ranges.</summary>
    public ReadOnlySpan<int> Packed => _packed;

    /// <summary>One sequence of <paramref name="length"/> rows, each seeing itself and all before it.</summary>
    public static SegmentTable Causal(int length) => new(length, length, [new(0, length, new(0, length, Causal: true))]);

    /// <summary>The same pattern as a dense mask: the reference that fast paths are compared with.</summary>
    /// <returns>Bool [queries, keys] on the CPU, true where attention is allowed; the caller owns it.</returns>
    public Tensor ToMask()
    {
        var mask = new bool[(long)Queries * Keys];
        foreach (var segment in Segments)
        {
            for (var j = 0; j < segment.QueryCount; j++)
            {
                var row = mask.AsSpan(checked((segment.QueryStart + j) * Keys), Keys);
                Mark(row, segment.First, segment.QueryCount - 1 - j);
                Mark(row, segment.Second, segment.QueryCount - 1 - j);
            }
        }

        return tensor(mask, [Queries, Keys]);
    }

    private static void Mark(Span<bool> row, KeyRange range, int hidden)
    {
        var seen = range.Causal ? range.Count - hidden : range.Count;
        if (seen > 0)
        {
            row.Slice(range.Start, seen).Fill(true);
        }
    }

    private static void CheckRange(KeyRange range, int keys)
    {
        if (range.Start < 0 || range.Count < 0 || (long)range.Start + range.Count > keys)
        {
            throw new ArgumentException($"Key range {range} lies outside rows 0…{keys - 1}.");
        }
    }

    private static int[] Pack(AttentionSegment[] segments)
    {
        var packed = new int[segments.Length * 8];
        for (var i = 0; i < segments.Length; i++)
        {
            var (start, count, first, second) = segments[i];
            int[] fields = [start, count, first.Start, first.Count, first.Causal ? 1 : 0, second.Start, second.Count, second.Causal ? 1 : 0];
            fields.CopyTo(packed, i * 8);
        }

        return packed;
    }
}
