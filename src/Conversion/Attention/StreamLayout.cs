using System.Numerics;
using LoraDiff.Native;

namespace LoraDiff.Conversion.Attention;

/// <summary>
/// The flat token stream of one forward: the noisy rows of all documents, then their clean rows, with a pattern's attention as segments. Documents never see each other, and rows that were left out
/// cost nothing.
/// </summary>
public sealed class StreamLayout
{
    private readonly StreamDocument[] _documents;
    private readonly int[][] _noisyStarts;   // [document][block] first row, or -1 where the block is left out
    private readonly int[] _cleanStarts;
    private readonly int _used;

    /// <summary>Lays out the rows.</summary>
    /// <param name="pattern">Who may see whom.</param>
    /// <param name="documents">The documents, in order.</param>
    /// <param name="rounded">Whether to fill up with rows that nobody sees to one of few lengths (see <see cref="RoundedLength"/>).</param>
    /// <exception cref="ArgumentException">Rows were left out that others see.</exception>
    public StreamLayout(BlockPattern pattern, IReadOnlyList<StreamDocument> documents, bool rounded = false)
    {
        ArgumentNullException.ThrowIfNull(documents);
        Pattern = pattern;
        _documents = [.. documents];
        _noisyStarts = new int[_documents.Length][];
        _cleanStarts = new int[_documents.Length];
        var row = 0;
        for (var d = 0; d < _documents.Length; d++)
        {
            Check(_documents[d]);
            var layout = _documents[d].Layout;
            var starts = _noisyStarts[d] = new int[layout.Count];
            Array.Fill(starts, -1);
            foreach (var block in Blocks(_documents[d]))
            {
                starts[block] = row;
                row += layout.End(block) - layout.Start(block);
            }
        }

        NoisyRows = row;
        for (var d = 0; d < _documents.Length; d++)
        {
            _cleanStarts[d] = row;
            row += CleanRowsOf(_documents[d]);
        }

        _used = row;
        Rows = rounded ? RoundedLength(row) : row;
        Segments = new SegmentTable(Rows, Rows, Build());
    }

    /// <summary>Who may see whom.</summary>
    public BlockPattern Pattern { get; }

    /// <summary>Whether the stream has a clean copy.</summary>
    public bool HasCleanCopy => Pattern is BlockPattern.CleanTokenCausal or BlockPattern.CleanBlockCausal;

    /// <summary>Rows of the noisy copies; they come first.</summary>
    public int NoisyRows { get; }

    /// <summary>All rows, T.</summary>
    public int Rows { get; }

    /// <summary>The attention pattern.</summary>
    public SegmentTable Segments { get; }

    /// <summary>
    /// The smallest of few lengths that is at least <paramref name="count"/>: sixteen between a power of two and the next, so that at most a sixteenth is added. Libraries that compile a matrix product
    /// for each shape they meet (oneDNN in bfloat16) otherwise compile, and keep, new ones at every step.
    /// </summary>
    public static int RoundedLength(int count)
    {
        var step = Math.Max(1, (int)(BitOperations.RoundUpToPowerOf2((uint)count) / 32));
        return (count + step - 1) / step * step;
    }

    /// <summary>Row of a position's noisy copy, or −1 where its block was left out.</summary>
    public int NoisyRow(int document, int position)
    {
        var layout = _documents[document].Layout;
        var block = layout.BlockOf(position);
        var start = _noisyStarts[document][block];
        return start < 0 ? -1 : start + position - layout.Start(block);
    }

    /// <summary>Row of a position's clean copy, or −1 where it was left out.</summary>
    public int CleanRow(int document, int position) => position < CleanRowsOf(_documents[document]) ? _cleanStarts[document] + position : -1;

    /// <summary>Fills in, row by row, the token id and the position within its document.</summary>
    /// <param name="noisy">Ids x_t of each document.</param>
    /// <param name="clean">Ids x_0 of each document; unused without a clean copy.</param>
    /// <param name="ids">[T], written.</param>
    /// <param name="positions">[T], written.</param>
    public void Fill(IReadOnlyList<int[]> noisy, IReadOnlyList<int[]> clean, Span<long> ids, Span<long> positions)
    {
        ArgumentNullException.ThrowIfNull(noisy);
        ArgumentNullException.ThrowIfNull(clean);
        var row = 0;
        for (var d = 0; d < _documents.Length; d++)
        {
            var layout = _documents[d].Layout;
            foreach (var block in Blocks(_documents[d]))
            {
                for (var i = layout.Start(block); i < layout.End(block); i++, row++)
                {
                    (ids[row], positions[row]) = (noisy[d][i], i);
                }
            }
        }

        for (var d = 0; d < _documents.Length; d++)
        {
            var count = CleanRowsOf(_documents[d]);
            for (var i = 0; i < count; i++, row++)
            {
                (ids[row], positions[row]) = (clean[d][i], i);
            }
        }

        ids[row..].Clear();
        positions[row..].Clear();
    }

    private List<AttentionSegment> Build()
    {
        List<AttentionSegment> segments = [];
        for (var d = 0; d < _documents.Length; d++)
        {
            var layout = _documents[d].Layout;
            foreach (var block in Blocks(_documents[d]))
            {
                var (row, count) = (_noisyStarts[d][block], layout.End(block) - layout.Start(block));
                var own = new KeyRange(row, count);
                var document = _noisyStarts[d][0];
                segments.Add(Pattern switch
                {
                    BlockPattern.Causal => new(row, count, new(document, layout.End(block), Causal: true)),
                    BlockPattern.Bidirectional => new(row, count, new(document, layout.Length)),
                    BlockPattern.NoisyBlockCausal => new(row, count, new(document, layout.End(block))),
                    _ => new(row, count, own, new(_cleanStarts[d], layout.Start(block))),
                });
            }
        }

        for (var d = 0; d < _documents.Length; d++)
        {
            var (row, count, layout) = (_cleanStarts[d], CleanRowsOf(_documents[d]), _documents[d].Layout);
            if (Pattern == BlockPattern.CleanTokenCausal)
            {
                segments.Add(new(row, count, new(row, count, Causal: true)));
                continue;
            }

            for (var block = 0; count > 0 && block <= layout.BlockOf(count - 1); block++)
            {
                segments.Add(new(row + layout.Start(block), layout.End(block) - layout.Start(block), new(row, layout.End(block))));
            }
        }

        if (Rows > _used)
        {
            segments.Add(new(_used, Rows - _used, new(_used, Rows - _used)));
        }

        return segments;
    }

    private void Check(StreamDocument document)
    {
        var (layout, blocks, cleanRows) = document;
        if (!HasCleanCopy)
        {
            if (blocks is not null || cleanRows is not (null or 0))
            {
                throw new ArgumentException($"Pattern {Pattern} has one copy of the tokens, in which later rows see all of them: no block can be left out, and there are no clean rows.", nameof(document));
            }

            return;
        }

        if (blocks is not null && (blocks.Zip(blocks.Skip(1)).Any(p => p.First >= p.Second) || blocks.Any(b => b < 0 || b >= layout.Count)))
        {
            throw new ArgumentException($"Noisy blocks must be ascending numbers from 0 to {layout.Count - 1}; found {string.Join(", ", blocks)}.", nameof(document));
        }

        var needed = Blocks(document).Select(layout.Start).LastOrDefault();
        var kept = CleanRowsOf(document);
        if (kept < needed || kept > layout.Length)
        {
            throw new ArgumentException($"{kept} clean rows are kept; the noisy blocks see {needed}, and the document has {layout.Length}.", nameof(document));
        }

        if (Pattern == BlockPattern.CleanBlockCausal && kept > 0 && layout.End(layout.BlockOf(kept - 1)) != kept)
        {
            throw new ArgumentException($"{kept} clean rows end inside a block, whose rows see each other; keep whole blocks of {layout.BlockSize}.", nameof(document));
        }
    }

    private int CleanRowsOf(StreamDocument document) => HasCleanCopy ? document.CleanRows ?? document.Layout.Length : 0;

    private static IEnumerable<int> Blocks(StreamDocument document) => document.NoisyBlocks ?? Enumerable.Range(0, document.Layout.Count);
}
