namespace LoraDiff.Hub.Tests;

/// <summary>A clock on which waits of up to a minute are over at once, and are written down. Time-outs are left to the real clock.</summary>
internal sealed class HurriedTime : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Task.Delay makes its timer with an infinite period and a state of its own; the client's time-outs carry a CancellationTokenSource.
        if (state is CancellationTokenSource || dueTime == Timeout.InfiniteTimeSpan)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }
        lock (Waits)
        {
            Waits.Add(dueTime);
        }
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
