using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Training;

/// <summary>
/// Which documents each step takes: every epoch is a fresh permutation, and batches are cut from the epochs one after the other. A function of the seed, the step and the documents' lengths only.
/// </summary>
internal sealed class BatchOrder
{
    // Keys the permutations apart from the noise, which is keyed by steps from 0 on.
    private const long Purpose = -0x5EED;

    private readonly int[] _lengths;
    private readonly int _batchSize;
    private readonly int? _batchTokens;
    private readonly long _seed;
    private readonly List<long> _epochFirstSteps = [0];   // token batches: the first step of each epoch cut so far
    private (long Number, int[] Order)? _epoch;
    private (long Number, int[] Ends)? _cuts;

    public BatchOrder(IEnumerable<int> lengths, int batchSize, int? batchTokens, long seed)
    {
        _lengths = [.. lengths];
        (_batchSize, _batchTokens, _seed) = (batchSize, batchTokens, seed);
        if (_lengths.Length == 0)
        {
            throw new TrainingException("There is no document to train on.");
        }
    }

    /// <summary>The numbers of a step's documents, and the epoch it is in (of its first document).</summary>
    public (int[] Documents, long Epoch) At(long step)
    {
        if (_batchTokens is not null)
        {
            return AtTokens(step);
        }

        var batch = new int[_batchSize];
        for (var row = 0; row < batch.Length; row++)
        {
            var (epoch, index) = Math.DivRem((step * _batchSize) + row, _lengths.Length);
            batch[row] = Permutation(epoch)[index];
        }

        return (batch, step * _batchSize / _lengths.Length);
    }

    private (int[] Documents, long Epoch) AtTokens(long step)
    {
        while (_epochFirstSteps[^1] <= step)
        {
            _epochFirstSteps.Add(_epochFirstSteps[^1] + Cuts(_epochFirstSteps.Count - 1).Length);
        }

        var epoch = _epochFirstSteps.BinarySearch(step) is >= 0 and var found ? found : ~_epochFirstSteps.BinarySearch(step) - 1;
        var ends = Cuts(epoch);
        var index = (int)(step - _epochFirstSteps[epoch]);
        return (Permutation(epoch)[(index == 0 ? 0 : ends[index - 1])..ends[index]], epoch);
    }

    private int[] Cuts(long epoch)
    {
        if (_cuts is { } known && known.Number == epoch)
        {
            return known.Ends;
        }

        List<int> ends = [];
        var order = Permutation(epoch);
        var tokens = 0L;
        for (var i = 0; i < order.Length; i++)
        {
            if (tokens > 0 && tokens + _lengths[order[i]] > _batchTokens)
            {
                ends.Add(i);
                tokens = 0;
            }

            tokens += _lengths[order[i]];
        }

        ends.Add(order.Length);
        _cuts = (epoch, [.. ends]);
        return _cuts.Value.Ends;
    }

    private int[] Permutation(long epoch)
    {
        if (_epoch is { } known && known.Number == epoch)
        {
            return known.Order;
        }

        int[] order = [.. Enumerable.Range(0, _lengths.Length)];
        new SampleRandom(_seed, Purpose, epoch).Shuffle(order);
        _epoch = (epoch, order);
        return order;
    }
}
