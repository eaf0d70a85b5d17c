namespace LoraDiff.Bench.Tokenizers;

/// <summary>Times work in the processor time of this process, so that other work on the machine does not count.</summary>
internal static class Clock
{
    /// <summary>The shortest of several runs, in seconds; two more goes first, unmeasured.</summary>
    public static double Best(int runs, Action work)
    {
        work();
        work();
        var best = double.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            // What an earlier run left behind is not this one's to clear.
            GC.Collect();
            var start = Environment.CpuUsage.TotalTime;
            work();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
        }

        return best;
    }
}
