namespace LoraDiff.Bench.Tokenizers;

/// <summary>Times work in the processor time of this process, so that other work on the machine does not count.</summary>
internal static class Clock
{
    /// <summary>The shortest of several runs on the wall clock, in seconds: for work that uses several processors.</summary>
    public static double Wall(int runs, Action work) => Best(runs, work, () => System.Diagnostics.Stopwatch.GetElapsedTime(0));

    /// <summary>The shortest of several runs, in seconds; two more goes first, unmeasured.</summary>
    public static double Best(int runs, Action work) => Best(runs, work, () => Environment.CpuUsage.TotalTime);

    private static double Best(int runs, Action work, Func<TimeSpan> now)
    {
        work();
        work();
        var best = double.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            // What an earlier run left behind is not this one's to clear.
            GC.Collect();
            var start = now();
            work();
            best = Math.Min(best, (now() - start).TotalSeconds);
        }

        return best;
    }
}
