using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Data;

/// <summary>Splits documents into training and evaluation, and repeats those of each source as often as its weight says.</summary>
internal static class DataMix
{
    // Keys the choice apart from the noise, which is keyed by steps from 0 on, and from the orders.
    private const long Purpose = -0x313;

    /// <summary>The documents' numbers for training and for evaluation; null for training where it takes each once.</summary>
    public static (int[]? Training, int[] Evaluation) Of(SampleStore store, DataSources sources, DataOptions options)
    {
        if (options.EvalShare == 0 && sources.All(s => s.Weight == 1))
        {
            return (null, []);
        }

        var limit = EvaluationLimit(options);
        List<int> evaluation = [];
        var bySource = sources.Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < store.Count; i++)
        {
            (IsEvaluation(store.SplitHash(i), limit) ? evaluation : bySource[store.Source(i)]).Add(i);
        }

        List<int> training = [];
        for (var source = 0; source < bySource.Length; source++)
        {
            training.AddRange(Repeat(bySource[source], sources[source].Weight, new SampleRandom(options.DataSeed, Purpose, source)));
        }

        return ([.. training], [.. evaluation]);
    }

    /// <summary>What <see cref="IsEvaluation"/> compares with: the share of 2^53, as 2^64 times a share near 1 does not fit.</summary>
    public static ulong EvaluationLimit(DataOptions options) => (ulong)(options.EvalShare * (1UL << 53));

    /// <summary>Whether a document is kept apart.</summary>
    public static bool IsEvaluation(ulong splitHash, ulong limit) => splitHash >> 11 < limit;

    private static IEnumerable<int> Repeat(List<int> numbers, double weight, SampleRandom random)
    {
        var whole = (int)Math.Floor(weight);
        int[] order = [.. Enumerable.Range(0, numbers.Count)];
        random.Shuffle(order);
        var once = new bool[numbers.Count];
        foreach (var chosen in order.AsSpan(0, (int)Math.Round((weight - whole) * numbers.Count)))
        {
            once[chosen] = true;
        }

        return numbers.SelectMany((number, i) => Enumerable.Repeat(number, whole + (once[i] ? 1 : 0)));
    }
}
