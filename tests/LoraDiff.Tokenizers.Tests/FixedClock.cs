namespace LoraDiff.Tokenizers.Tests;

/// <summary>The time at which the chat template cases were rendered: Wednesday, 2025-03-05 09:07:08.</summary>
public sealed class FixedClock : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2025, 3, 5, 9, 7, 8, TimeSpan.Zero);
}
