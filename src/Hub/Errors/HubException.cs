using System.Net;

namespace LoraDiff.Hub.Errors;

/// <summary>The Hub refused, could not be reached, or answered something unusable. Never holds a token or a signed address.</summary>
public class HubException : IOException
{
    /// <summary>An error with what is known of it.</summary>
    /// <param name="message">What was asked, what came back, and what to do.</param>
    /// <param name="facts">Status, request id and error code of the answer.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public HubException(string message, HubFailure facts = default, Exception? inner = null)
        : base(HubText.WithoutSecrets(facts.RequestId is { Length: > 0 } id && !message.Contains($"(request id {id})", StringComparison.Ordinal) ? $"{message} (request id {id})" : message), inner) => Failure = facts;

    /// <summary>Status, request id and error code of the answer.</summary>
    public HubFailure Failure { get; }

    /// <summary>The answer's status, or null where there was none, or one that broke off.</summary>
    public HttpStatusCode? StatusCode => Failure.StatusCode;

    /// <summary>The id under which the Hub's staff finds the request, or null.</summary>
    public string? RequestId => Failure.RequestId;

    /// <summary>The Hub's own name of the error (<c>X-Error-Code</c>), or null.</summary>
    public string? ErrorCode => Failure.ErrorCode;
}
