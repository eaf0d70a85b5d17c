using System.Diagnostics;

namespace LoraDiff.Bench.Tokenizers;

/// <summary>Times work.</summary>
internal static class Clock
{
    /// <summary>The shortest of several runs, in seconds; one more goes first, unmeasured.</summary>
    public static double Best(int runs, Action work)
    {
        work();
        var best = double.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
