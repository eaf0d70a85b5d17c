using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraDiff.Hub.Http;

/// <summary>How long to wait before a request is sent again, as huggingface_hub computes it.</summary>
internal static partial class RetryDelay
{
    private const int Longest = 8;

    internal static bool IsRetried(int status) => status is 408 or 429 or 500 or 502 or 503 or 504;

    /// <param name="attempt">Failures so far, from 0.</param>
    /// <param name="response">The answer, or null after a lost connection.</param>
    internal static TimeSpan After(int attempt, HttpResponseMessage? response) => Told(response) ?? TimeSpan.FromSeconds(Math.Min(1 << Math.Min(attempt, 10), Longest));

    /// <summary>What the answer says: the rest of the rate limit's window where nothing is left of it, else Retry-After; each a second longer.</summary>
    internal static TimeSpan? Told(HttpResponseMessage? response)
    {
        if (response is null)
        {
            return null;
        }
        if ((int)response.StatusCode == 429 && Header(response, "RateLimit") is { } limit && Remaining().Match(limit) is { Success: true } left
            && left.Groups[1].Value == "0" && int.TryParse(left.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var reset))
        {
            return TimeSpan.FromSeconds(reset + 1L);
        }
        return Header(response, "Retry-After") is { } text && int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds + 1L) : null;
    }

    internal static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    [GeneratedRegex(@"r\s*=\s*(\d+)\s*;\s*t\s*=\s*(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Remaining();
}
