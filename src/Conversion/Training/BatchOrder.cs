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
    private readonly int? _packLength;
    private readonly long _seed;
    private readonly List<long> _epochFirstSteps = [0];   // token batches and packs: the first step of each epoch cut so far
    private (long Number, int[] Order)? _epoch;
    private (long Number, int[] Order, int[] Ends)? _cuts;

    public BatchOrder(IEnumerable<int> lengths, int batchSize, int? batchTokens, long seed, int? packLength = null)
    {
        _lengths = [.. lengths];
        (_batchSize, _batchTokens, _seed, _packLength) = (batchSize, batchTokens, seed, packLength);
        if (_lengths.Length == 0)
        {
            throw new TrainingException("There is no document to train on.");
        }
    }

    /// <summary>The numbers of a step's documents, and the epoch it is in (of its first document).</summary>
    public (int[] Documents, long Epoch) At(long step)
    {
        if (_batchTokens is not null || _packLength is not null)
        {
            return AtCut(step);
        }

        var batch = new int[_batchSize];
        for (var row = 0; row < batch.Length; row++)
        {
            var (epoch, index) = Math.DivRem((step * _batchSize) + row, _lengths.Length);
            batch[row] = Permutation(epoch)[index];
        }

        return (batch, step * _batchSize / _lengths.Length);
    }

    private (int[] Documents, long Epoch) AtCut(long step)
    {
        while (_epochFirstSteps[^1] <= step)
        {
            _epochFirstSteps.Add(_epochFirstSteps[^1] + Cuts(_epochFirstSteps.Count - 1).Ends.Length);
        }

        var epoch = _epochFirstSteps.BinarySearch(step) is >= 0 and var found ? found : ~_epochFirstSteps.BinarySearch(step) - 1;
        var (order, ends) = Cuts(epoch);
        var index = (int)(step - _epochFirstSteps[epoch]);
        return (order[(index == 0 ? 0 : ends[index - 1])..ends[index]], epoch);
    }

    private (int[] Order, int[] Ends) Cuts(long epoch)
    {
        if (_cuts is not { } known || known.Number != epoch)
        {
            var (order, ends) = _packLength is { } length ? Packs(epoch, length) : (Permutation(epoch), TokenBatches(Permutation(epoch)));
            _cuts = known = (epoch, order, ends);
        }

        return (known.Order, known.Ends);
    }

    private int[] TokenBatches(int[] order)
    {
        List<int> ends = [];
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
        return [.. ends];
    }

    private (int[] Order, int[] Ends) Packs(long epoch, int length)
    {
        var packs = DocumentPacker.Pack(_lengths, Permutation(epoch), length);
        int[] turn = [.. Enumerable.Range(0, packs.Count)];
        new SampleRandom(_seed, Purpose, epoch, 1).Shuffle(turn);   // the last packs are less full than the first: spread them
        List<int> order = new(_lengths.Length), ends = [];
        for (var i = 0; i < turn.Length; i++)
        {
            order.AddRange(packs[turn[i]]);
            if ((i + 1) % _batchSize == 0 || i + 1 == turn.Length)
            {
                ends.Add(order.Count);
            }
        }

        return ([.. order], [.. ends]);
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
