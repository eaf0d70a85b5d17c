using System.Text.Json;
using LoraDiff.Hub.Errors;

namespace LoraDiff.Hub.Http;

/// <summary>Turns an error answer into its exception, by the same tests in the same order as huggingface_hub.</summary>
internal static class HubErrors
{
    private const int LargestBody = 64 * 1024;

    internal static async Task<HubException> FromAsync(HttpResponseMessage response, RequestSubject subject, CancellationToken cancellation)
    {
        var code = RetryDelay.Header(response, "X-Error-Code");
        var header = RetryDelay.Header(response, "X-Error-Message");
        var facts = new HubFailure(response.StatusCode, RequestId(response), code, HubText.WithoutQuery(response.RequestMessage?.RequestUri));
        var said = header ?? await BodyMessageAsync(response, cancellation).ConfigureAwait(false);
        var detail = string.IsNullOrWhiteSpace(said) ? "" : $" The Hub says: {HubText.Printable(said.Trim())}";
        var status = (int)response.StatusCode;
        var repository = subject.Repository?.Name ?? "the repository";

        if (code == "RevisionNotFound")
        {
            return new RevisionNotFoundException($"{repository} has no revision '{subject.Revision}': expected a branch, a tag or a commit.{detail}", facts);
        }
        if (code == "EntryNotFound")
        {
            return new EntryNotFoundException($"{subject} does not exist.{detail}", facts, RetryDelay.Header(response, "X-Repo-Commit"));
        }
        if (code == "GatedRepo")
        {
            return new GatedRepositoryException($"Access to {repository} is gated: accept its terms on its page, and send the token of an account that has (HF_TOKEN).{detail}", facts);
        }
        if (header == "Access to this resource is disabled.")
        {
            return new DisabledRepositoryException($"Access to {repository} is disabled by the Hub.", facts);
        }
        var badToken = said?.Contains("Invalid credentials in Authorization header", StringComparison.OrdinalIgnoreCase) ?? false;
        if (code == "RepoNotFound" || (status == 401 && subject.Repository is not null && !badToken))
        {
            return new RepositoryNotFoundException($"There is no repository {repository}, or it is private or gated and the token {(status == 401 ? "(none was accepted) " : "")}may not see it: check the name, and set HF_TOKEN.{detail}", facts);
        }
        return status switch
        {
            400 or 422 => new HubBadRequestException($"The Hub found the request for {subject} faulty.{detail}", facts),
            401 => new HubUnauthorizedException($"The Hub does not accept the token: set HF_TOKEN to a valid one.{detail}", facts),
            403 => new HubUnauthorizedException($"The token may not do this with {subject}: give it the permission at the Hub's token settings (write access for uploads).{detail}", facts),
            404 => new EntryNotFoundException($"{subject} was not found.{detail}", facts, RetryDelay.Header(response, "X-Repo-Commit")),
            409 or 412 => new HubConflictException($"{subject}: {(status == 412 ? "the repository moved on in the meantime" : "it exists already or is being changed")}.{detail}", facts),
            416 => new HubException($"{subject}: the range asked for is not in the file ({RetryDelay.Header(response, "Content-Range") ?? "no range told"}).{detail}", facts),
            429 => RateLimit(response, subject, facts, detail),
            _ => new HubException($"The Hub answered {status} {response.ReasonPhrase} for {subject}.{detail}", facts),
        };
    }

    internal static string? RequestId(HttpResponseMessage response) =>
        RetryDelay.Header(response, "X-Request-Id") ?? RetryDelay.Header(response, "X-Amzn-Trace-Id") ?? RetryDelay.Header(response, "X-Amz-Cf-Id");

    private static HubRateLimitException RateLimit(HttpResponseMessage response, RequestSubject subject, HubFailure facts, string detail)
    {
        var wait = RetryDelay.Told(response);
        return new($"Too many requests ({subject}): {(wait is { } w ? $"the Hub takes them again in {w.TotalSeconds:0} s" : "wait some minutes")}; a token raises the limit.{detail}", facts, wait);
    }

    private static async Task<string?> BodyMessageAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        try
        {
            return bytes.Length > LargestBody ? null : Message(HubJson.Parse(bytes));
        }
        catch (JsonException)
        {
            return null; // not JSON, or cut off: the status has to do
        }
    }

    internal static string? Message(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        if (body.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
        {
            return error.GetString();
        }
        if (body.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
        {
            return string.Join("; ", errors.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Object && e.TryGetProperty("message", out var m) ? m.ToString() : e.ToString()));
        }
        return body.TryGetProperty("error_description", out var description) ? description.ToString() : body.TryGetProperty("message", out var message) ? message.ToString() : null;
    }
}
