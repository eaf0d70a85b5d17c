using LoraDiff.Conversion.Generation;
using LoraDiff.Native;

namespace LoraDiff.Conversion.Analysis;

/// <summary>The flat token stream that scores several samples in one forward: clean rows, noisy blocks behind them, and weighted targets. No tensors.</summary>
internal sealed class LikelihoodStream(DecodingProfile profile)
{
    public List<long> Ids { get; } = [];

    public List<long> Positions { get; } = [];

    public List<AttentionSegment> Segments { get; } = [];

    public List<long> HeadRows { get; } = [];

    public List<long> Targets { get; } = [];

    public List<double> Weights { get; } = [];

    public int Rows => Ids.Count;

    /// <summary>Clean rows alone, each predicting the next token.</summary>
    public void AddCausal(LikelihoodSample sample)
    {
        var first = AddClean(sample, sample.Ids.Length - 1);
        for (var position = sample.CompletionStart; position < sample.Ids.Length; position++)
        {
            AddTarget(sample, position, first + position - 1, 1);
        }
    }

    /// <summary>Clean rows and, for every block with scored tokens, one noisy copy with a random set of them masked.</summary>
    public void AddMasked(LikelihoodSample sample, int number, int draw, int draws, long seed)
    {
        var (size, length, origin) = (profile.BlockSize, sample.Ids.Length, sample.CompletionStart);
        var first = AddClean(sample, length);
        for (var start = profile.BlockStart(origin, origin); start < length; start += size)
        {
            var scored = Enumerable.Range(start, Math.Min(size, length - start)).Where(p => p >= origin).ToList();
            if (profile.Shift && scored[0] == start)
            {
                // Predicted by the clean row before it, whatever the noise; the others then know it, as in decoding.
                AddTarget(sample, start, first + start - 1, 1.0 / draws);
                scored.RemoveAt(0);
            }

            if (scored.Count > 0)
            {
                AddNoisyBlock(sample, first, start, Masked(scored, number, draw, draws, seed), scored.Count, draws);
            }
        }
    }

    private void AddNoisyBlock(LikelihoodSample sample, int first, int start, HashSet<int> masked, int scored, int draws)
    {
        var noisy = Rows;
        Segments.Add(new AttentionSegment(noisy, profile.BlockSize, new KeyRange(first, start), new KeyRange(noisy, profile.BlockSize)));
        for (var position = start; position < start + profile.BlockSize; position++)
        {
            // Beyond the text everything is missing, as it is while decoding.
            var missing = position >= sample.Ids.Length || masked.Contains(position);
            Ids.Add(missing ? profile.MaskTokenId!.Value : sample.Ids[position]);
            Positions.Add(position);
        }

        foreach (var position in masked.Order())
        {
            AddTarget(sample, position, noisy + position - start - (profile.Shift ? 1 : 0), (double)scored / masked.Count / draws);
        }
    }

    private int AddClean(LikelihoodSample sample, int length)
    {
        var first = Rows;
        if (profile.CleanHalf == CleanHalf.TokenCausal)
        {
            Segments.Add(new AttentionSegment(first, length, new KeyRange(first, length, Causal: true)));
        }
        else
        {
            for (var start = 0; start < length;)
            {
                var end = Math.Min(profile.BlockEnd(start, sample.CompletionStart), length);
                Segments.Add(new AttentionSegment(first + start, end - start, new KeyRange(first, end)));
                start = end;
            }
        }

        for (var position = 0; position < length; position++)
        {
            Ids.Add(sample.Ids[position]);
            Positions.Add(position);
        }

        return first;
    }

    private void AddTarget(LikelihoodSample sample, int position, int row, double weight)
    {
        HeadRows.Add(row);
        Targets.Add(sample.Ids[position]);
        Weights.Add(weight);
    }

    private static HashSet<int> Masked(List<int> scored, int number, int draw, int draws, long seed)
    {
        // k from stratum `draw` of `draws`, then the k positions with the smallest random keys. Every position of the text is a coordinate, so blocks differ.
        var u = (draw + CounterRandom.Uniform(seed, number, draw, -1 - scored[0])) / draws;
        var count = Math.Min(scored.Count, 1 + (int)(u * scored.Count));
        return [.. scored.OrderBy(p => CounterRandom.Uniform(seed, number, draw, p)).Take(count)];
    }
}
