namespace LoraDiff.Hub.Http;

/// <summary>One request, described so that it can be made again for a retry or a redirect.</summary>
internal sealed record HubRequest(HttpMethod Method, Uri Address)
{
    /// <summary>Makes the body anew for each attempt; null for none.</summary>
    internal Func<HttpContent>? Content { get; init; }

    internal IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    internal Retries Retries { get; init; } = Retries.All;

    /// <summary>Whether a redirect to another origin is the answer itself (its headers are wanted), rather than followed without the token.</summary>
    internal bool StopAtForeignRedirect { get; init; }

    /// <summary>Whether the token goes with it, to the Hub's own origin.</summary>
    internal bool Authorize { get; init; } = true;

    /// <summary>Sees the headers of each answer on the way, redirects included.</summary>
    internal Action<HttpResponseMessage>? Passing { get; init; }

    internal TimeSpan? Timeout { get; init; }

    /// <summary>Whether a successful answer is a file's content, which the caller reads as it arrives; every other answer has arrived whole before the caller sees it.</summary>
    internal bool IsFile { get; init; }

    /// <summary>The repository, revision and file that it is about, for error messages.</summary>
    internal RequestSubject Subject { get; init; } = new();

    /// <summary>Statuses that the caller wants to see instead of an exception.</summary>
    internal IReadOnlyList<int> Accepted { get; init; } = [];
}
