using System.Diagnostics;
using Decoded = LoraDiff.Conversion.Generation.DecodingStep;

namespace LoraDiff.Bench;

/// <summary>Times the steps of a decoder by its reports.</summary>
internal sealed class StepClock : IProgress<Decoded>
{
    private readonly List<double> _seconds = [];
    private long _last;

    /// <summary>The median of all steps but the first, which reads the prompt.</summary>
    public double MedianSeconds => Measure.Middle(_seconds);

    public void Report(Decoded value)
    {
        if (_last != 0)
        {
            _seconds.Add(Stopwatch.GetElapsedTime(_last).TotalSeconds);
        }

        _last = Stopwatch.GetTimestamp();
    }
}
