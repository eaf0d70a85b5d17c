using System.Net;

namespace LoraDiff.Hub.Errors;

/// <summary>What an error answer says of itself.</summary>
/// <param name="StatusCode">The status, or null where there was no answer, or one that broke off.</param>
/// <param name="RequestId">The first of <c>X-Request-Id</c>, <c>X-Amzn-Trace-Id</c>, <c>X-Amz-Cf-Id</c>.</param>
/// <param name="ErrorCode"><c>X-Error-Code</c>.</param>
/// <param name="Address">The address asked, without its query.</param>
public readonly record struct HubFailure(HttpStatusCode? StatusCode = null, string? RequestId = null, string? ErrorCode = null, string? Address = null);
