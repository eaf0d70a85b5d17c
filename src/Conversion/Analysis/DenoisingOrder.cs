using LoraDiff.Conversion.Generation;

namespace LoraDiff.Conversion.Analysis;

/// <summary>
/// Collects, for each position within a block, at which step it was committed and how sure the model was: the measure behind the papers' left-to-right bias.
/// </summary>
/// <remarks>Give it to a decoder as progress. Steps are reported on the decoding thread; read it when decoding is over.</remarks>
/// <param name="blockSize">Positions per block.</param>
public sealed class DenoisingOrder(int blockSize) : IProgress<DecodingStep>
{
    private readonly long[] _count = new long[blockSize];
    private readonly double[] _steps = new double[blockSize];
    private readonly double[] _confidence = new double[blockSize];

    /// <summary>Tokens committed per position.</summary>
    public IReadOnlyList<long> Count => _count;

    /// <summary>Mean step, from 0, at which a position is committed; NaN where none was.</summary>
    public IReadOnlyList<double> MeanStep => [.. _steps.Zip(_count, (sum, count) => sum / count)];

    /// <summary>Mean confidence with which it is committed; NaN where none was.</summary>
    public IReadOnlyList<double> MeanConfidence => [.. _confidence.Zip(_count, (sum, count) => sum / count)];

    /// <inheritdoc/>
    public void Report(DecodingStep value)
    {
        ArgumentNullException.ThrowIfNull(value);
        for (var i = 0; i < value.Committed.Count; i++)
        {
            var position = value.Committed[i];
            _count[position]++;
            _steps[position] += value.Step;
            _confidence[position] += value.Confidence[i];
        }
    }
}
