using LoraDiff.Native;

namespace LoraDiff.Conversion.Generation;

/// <summary>
/// The flat token stream of one forward: of every row the clean tokens whose keys are not cached yet, then the block that is being filled.
/// This is the training layout [clean block n ; noisy block n + 1], with the keys of all blocks before n in the cache. No tensors.
/// </summary>
internal sealed class DecodingStream
{
    private readonly DecodingProfile _profile;
    private readonly KeyValueCache _cache;
    private readonly int _prefillChunk;
    private readonly List<int> _ids = [];
    private readonly List<int> _positions = [];
    private readonly List<int> _cacheRows = [];
    private readonly List<int> _headRows = [];
    private readonly List<AttentionSegment> _segments = [];
    private readonly List<DecodingTarget> _targets = [];
    private readonly List<(GenerationRow Row, int CleanEnd)> _advances = [];

    public DecodingStream(DecodingProfile profile, KeyValueCache cache, int prefillChunk)
        => (_profile, _cache, _prefillChunk) = (profile, cache, prefillChunk);

    public IReadOnlyList<int> Ids => _ids;

    public IReadOnlyList<int> Positions => _positions;

    /// <summary>Where each row's keys go.</summary>
    public IReadOnlyList<int> CacheRows => _cacheRows;

    /// <summary>Rows of the stream whose logits are needed, one for each of <see cref="Targets"/>.</summary>
    public IReadOnlyList<int> HeadRows => _headRows;

    /// <summary>What those logits predict; the targets of one row stand together, positions ascending.</summary>
    public IReadOnlyList<DecodingTarget> Targets => _targets;

    public SegmentTable ToSegments() => new(_ids.Count, _cache.Rows, _segments);

    /// <summary>Appends what a row contributes to the next forward.</summary>
    public void Add(GenerationRow row)
    {
        var cleanEnd = CleanEnd(row);
        var cleanStart = _ids.Count;
        AddCleanRows(row, cleanEnd);
        _advances.Add((row, cleanEnd));
        if (cleanEnd < row.BlockStart)
        {
            return;
        }

        var noisyStart = _ids.Count;
        if (row.NeedsNoisyRows())
        {
            var mask = _profile.MaskTokenId ?? throw new GenerationException($"Profile '{_profile.Name}' has no mask token id, but its blocks of {_profile.BlockSize} need one.");
            Append(row, row.BlockStart, row.BlockEnd, mask);
            _segments.Add(new AttentionSegment(noisyStart, _profile.BlockSize, new KeyRange(_cache.FirstRow(row.Slot), row.BlockEnd)));
        }

        foreach (var position in row.Candidates())
        {
            var predictor = _profile.Shift ? position - 1 : position;
            _headRows.Add(predictor >= row.BlockStart ? noisyStart + predictor - row.BlockStart : cleanStart + predictor - row.Cached);
            _targets.Add(new DecodingTarget(row, position));
        }
    }

    /// <summary>Marks the clean rows as cached, after the forward.</summary>
    public void Advance()
    {
        foreach (var (row, cleanEnd) in _advances)
        {
            row.Cached = cleanEnd;
            _cache.Commit(row.Slot, cleanEnd);
        }
    }

    private int CleanEnd(GenerationRow row)
    {
        if (row.BlockStart - row.Cached <= _prefillChunk)
        {
            return row.BlockStart;
        }

        var end = row.Cached + _prefillChunk;
        if (_profile.CleanHalf == CleanHalf.TokenCausal)
        {
            return end;
        }

        // Rows of a block see each other, so a block is never cut.
        var start = _profile.BlockStart(end, row.PromptLength);
        return start > row.Cached ? start : Math.Min(_profile.BlockEnd(row.Cached, row.PromptLength), row.BlockStart);
    }

    private void AddCleanRows(GenerationRow row, int cleanEnd)
    {
        var first = _cache.FirstRow(row.Slot);
        if (_profile.CleanHalf == CleanHalf.TokenCausal)
        {
            AddCleanSegment(row.Cached, cleanEnd, new KeyRange(first, cleanEnd, Causal: true));
        }
        else
        {
            for (var start = row.Cached; start < cleanEnd;)
            {
                var end = Math.Min(_profile.BlockEnd(start, row.PromptLength), cleanEnd);
                AddCleanSegment(start, end, new KeyRange(first, end));
                start = end;
            }
        }

        void AddCleanSegment(int start, int end, KeyRange seen)
        {
            if (end > start)
            {
                _segments.Add(new AttentionSegment(_ids.Count, end - start, seen));
                Append(row, start, end, mask: null);
            }
        }
    }

    private void Append(GenerationRow row, int start, int end, int? mask)
    {
        var first = _cache.FirstRow(row.Slot);
        for (var position = start; position < end; position++)
        {
            _ids.Add(row.Masked[position] ? mask ?? throw new InvalidOperationException($"Position {position} has no token yet but is read as a clean one.") : row.Tokens[position]);
            _positions.Add(position);
            _cacheRows.Add(first + position);
        }
    }
}
