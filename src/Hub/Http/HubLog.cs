using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Http;

/// <summary>What the client logs: addresses without queries, never a header of the request.</summary>
internal static partial class HubLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Method} {Address} → {Status}")]
    internal static partial void Answered(ILogger logger, string method, string address, int status);

    [LoggerMessage(2, LogLevel.Warning, "{Method} {Address} failed ({Reason}); attempt {Attempt} of {Most} in {Seconds} s")]
    internal static partial void Retried(ILogger logger, string method, string address, string reason, int attempt, int most, double seconds);

    [LoggerMessage(3, LogLevel.Warning, "The Hub warns: {Warning}")]
    internal static partial void Warned(ILogger logger, string warning);

    [LoggerMessage(4, LogLevel.Information, "{File}: taken up again at byte {Offset} of {Size}")]
    internal static partial void Resumed(ILogger logger, string file, long offset, long size);

    [LoggerMessage(5, LogLevel.Warning, "The Hub did not answer for {Subject} ({Reason}); the cached copy is used")]
    internal static partial void FellBack(ILogger logger, string subject, string reason);

    [LoggerMessage(7, LogLevel.Information, "Waiting for {Path}, which somebody else holds")]
    internal static partial void WaitsForLock(ILogger logger, string path);

    [LoggerMessage(8, LogLevel.Warning, "{File} has {Size} bytes, {Free} are free in {Folder}")]
    internal static partial void LittleSpace(ILogger logger, string file, long size, long free, string folder);

    [LoggerMessage(9, LogLevel.Debug, "How much is free in {Folder} is not known: {Reason}")]
    internal static partial void UnknownSpace(ILogger logger, string folder, string reason);

    [LoggerMessage(10, LogLevel.Debug, "{Path} could not be written ({Reason}); the Hub will be asked again")]
    internal static partial void NotNoted(ILogger logger, string path, string reason);

    [LoggerMessage(11, LogLevel.Debug, "The text of an error answer was lost ({Reason}); its status has to do")]
    internal static partial void LostText(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Information, "The repository moved on while {Subject} was written; commit attempt {Attempt}")]
    internal static partial void Rebased(ILogger logger, string subject, int attempt);
}
