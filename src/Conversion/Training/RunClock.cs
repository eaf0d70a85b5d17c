namespace LoraDiff.Conversion.Training;

/// <summary>Time spent in a run, earlier parts included.</summary>
internal sealed class RunClock(TimeProvider time, TimeSpan before)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Elapsed => before + time.GetElapsedTime(_start);
}
