namespace LoraDiff.Conversion.Generation;

/// <summary>One prompt being decoded: its tokens, which of them are missing, and the block that is being filled. No tensors.</summary>
/// <remarks>
/// Positions [0, <see cref="Cached"/>) have final keys in the cache; [<see cref="Cached"/>, <see cref="BlockStart"/>) are final tokens whose
/// clean rows the next forward writes; the active block starts at <see cref="BlockStart"/>.
/// </remarks>
internal sealed class GenerationRow
{
    private readonly DecodingProfile _profile;
    private readonly int[] _tokens;
    private readonly bool[] _masked;
    private readonly bool _honourStops;

    public GenerationRow(int index, IReadOnlyList<int> prompt, DecodingProfile profile, int maxNewTokens, int maxPositions, bool honourStops)
    {
        Index = index;
        PromptLength = prompt.Count;
        _profile = profile;
        _honourStops = honourStops;
        Limit = (int)Math.Min((long)PromptLength + maxNewTokens, maxPositions);
        StopAt = Limit;
        Frontier = PromptLength;
        BlockStart = profile.BlockStart(PromptLength, PromptLength);
        BlockEnd = BlockStart + profile.BlockSize;
        _tokens = new int[Limit + profile.BlockSize];
        _masked = new bool[_tokens.Length];
        for (var i = 0; i < PromptLength; i++)
        {
            _tokens[i] = prompt[i];
        }

        _masked.AsSpan(PromptLength).Fill(true);
    }

    /// <summary>Number of the prompt.</summary>
    public int Index { get; }

    public int PromptLength { get; }

    /// <summary>First position that is not generated.</summary>
    public int Limit { get; }

    /// <summary>First committed stop token, or <see cref="Limit"/>: nothing to its right is of use, so nothing there is decoded.</summary>
    public int StopAt { get; private set; }

    /// <summary>First position that is not final: everything before it is.</summary>
    public int Frontier { get; private set; }

    public int BlockStart { get; private set; }

    public int BlockEnd { get; private set; }

    /// <summary>Positions whose clean keys are in the cache.</summary>
    public int Cached { get; set; }

    /// <summary>The slot of the cache.</summary>
    public int Slot { get; set; }

    /// <summary>Number of the active block.</summary>
    public int Block { get; private set; }

    /// <summary>Steps that the active block has had.</summary>
    public int BlockStep { get; private set; }

    /// <summary>Forwards that predicted something for this row.</summary>
    public int Nfe { get; private set; }

    public FinishReason? Finished { get; private set; }

    public ReadOnlySpan<int> Tokens => _tokens;

    public ReadOnlySpan<bool> Masked => _masked;

    public ReadOnlySpan<int> Generated => _tokens.AsSpan(PromptLength, Frontier - PromptLength);

    /// <summary>Positions of the active block that may be committed now: missing, within the limit, left of any stop token.</summary>
    public IEnumerable<int> Candidates()
    {
        for (var position = BlockStart; position < Math.Min(BlockEnd, StopAt); position++)
        {
            if (_masked[position])
            {
                yield return position;
            }
        }
    }

    /// <summary>
    /// True where a position is predicted by the clean row before it. That row never sees the block, so no later step predicts it better.
    /// </summary>
    public bool IsPredictedByCleanRow(int position) => _profile.Shift && position == BlockStart;

    /// <summary>Whether any candidate needs noisy rows: under shift the block's first token does not.</summary>
    public bool NeedsNoisyRows()
    {
        foreach (var position in Candidates())
        {
            if (!IsPredictedByCleanRow(position))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes chosen positions final after a forward, and moves on to the next block where this one is complete.</summary>
    /// <param name="positions">Candidates.</param>
    /// <param name="predictions">Their tokens.</param>
    public void Commit(ReadOnlySpan<int> positions, ReadOnlySpan<int> predictions)
    {
        for (var i = 0; i < positions.Length; i++)
        {
            var position = positions[i];
            if (!_masked[position] || position < PromptLength)
            {
                throw new InvalidOperationException($"Position {position} is final already.");
            }

            _tokens[position] = predictions[i];
            _masked[position] = false;
            if (_honourStops && position < StopAt && _profile.StopTokenIds.Contains(predictions[i]))
            {
                StopAt = position;
            }
        }

        Nfe++;
        BlockStep++;
        while (Frontier < StopAt && !_masked[Frontier])
        {
            Frontier++;
        }

        if (Frontier == StopAt)
        {
            Finished = StopAt < Limit ? FinishReason.StopToken : FinishReason.Length;
        }
        else if (Frontier >= BlockEnd)
        {
            BlockStart = BlockEnd;
            BlockEnd += _profile.BlockSize;
            Block++;
            BlockStep = 0;
        }
    }

    /// <summary>Ends the row because of its text.</summary>
    public void FinishByText() => Finished = FinishReason.StopString;
}
