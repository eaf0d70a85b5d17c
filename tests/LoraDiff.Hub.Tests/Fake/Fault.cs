using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Fake;

/// <summary>Something that goes wrong with the next requests that match.</summary>
public sealed class Fault(Func<HttpRequest, bool> matches, int times, Func<HttpContext, Func<Task>, Task> act)
{
    private int _left = times;

    private Func<HttpRequest, bool> Matches => matches;

    public int Happened { get; private set; }

    internal bool Takes(HttpRequest request)
    {
        if (!matches(request) || Interlocked.Decrement(ref _left) < 0)
        {
            return false;
        }
        Happened++;
        return true;
    }

    internal Task ActAsync(HttpContext context, Func<Task> next) => act(context, next);

    /// <summary>An error answer instead of the real one.</summary>
    public static Fault Status(Func<HttpRequest, bool> matches, int times, int status, params (string Name, string Value)[] headers) => new(matches, times, (context, _) =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
        return Task.CompletedTask;
    });

    /// <summary>This answer instead of the real one, with a request id.</summary>
    public static Fault Answer(Func<HttpRequest, bool> matches, int times, string text, int status = 200, params (string Name, string Value)[] headers) => new(matches, times, async (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-Request-Id"] = "fake-request";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
        await context.Response.WriteAsync(text);
    });

    /// <summary>One after the other, on the same request.</summary>
    public static Fault Both(Fault outer, Fault inner) => new(outer.Matches, outer._left, (context, next) => outer.ActAsync(context, () => inner.ActAsync(context, next)));

    /// <summary>The answer's body stops after so many bytes and the connection is cut.</summary>
    public static Fault DropBody(Func<HttpRequest, bool> matches, int times, long after) => new(matches, times, async (context, next) =>
    {
        context.Response.Headers["X-Request-Id"] = "fake-request";
        context.Response.Body = new CutStream(context.Response.Body, after, context.Abort);
        try
        {
            await next();
        }
        catch (IOException)
        {
            // cut
        }
        context.Abort();
    });

    /// <summary>The request is carried out, and its answer is lost.</summary>
    public static Fault LoseAnswer(Func<HttpRequest, bool> matches, int times) => new(matches, times, async (context, next) =>
    {
        context.Response.Body = new CutStream(context.Response.Body, 0, () => { });
        try
        {
            await next();
        }
        catch (IOException)
        {
            // cut
        }
        context.Abort();
    });

    /// <summary>The Range header is ignored: the whole file comes with status 200.</summary>
    public static Fault IgnoreRange(Func<HttpRequest, bool> matches, int times) => new(matches, times, (context, next) => { context.Request.Headers.Remove("Range"); return next(); });

    /// <summary>One byte of the body is another.</summary>
    public static Fault WrongByte(Func<HttpRequest, bool> matches, int times, long at) => new(matches, times, (context, next) => { context.Response.Body = new ChangedStream(context.Response.Body, at); return next(); });

    /// <summary>The body stands still after so many bytes, for longer than anyone waits.</summary>
    public static Fault StallBody(Func<HttpRequest, bool> matches, int times, long after) => new(matches, times, async (context, next) =>
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        context.Response.Body = new CutStream(context.Response.Body, after, () => { });
        try
        {
            await next();
        }
        catch (IOException)
        {
            // cut
        }
        await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        context.Abort();
    });

    /// <summary>The answer stands still for a while before its headers.</summary>
    public static Fault Stall(Func<HttpRequest, bool> matches, int times, TimeSpan wait) => new(matches, times, async (context, next) =>
    {
        try
        {
            await Task.Delay(wait, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return; // the client gave up, as it should
        }
        await next();
    });
}
