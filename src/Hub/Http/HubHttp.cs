using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using LoraDiff.Hub.Errors;
using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Http;

/// <summary>
/// Sends requests: the token to the Hub's own origin only, redirects by hand (HttpClient's own drop the token on every one of them), retries with back-off, error answers as exceptions.
/// </summary>
internal sealed class HubHttp(HttpClient http, HubOptions options, ILogger logger, TimeProvider time)
{
    /// <summary>The longest answer that is not a file's content: 64 MiB, some hundred times what a page of a list has.</summary>
    internal const int LargestAnswer = 64 << 20;

    private const int MostRedirects = 10;
    private const int BufferSize = 1 << 16;
    private static readonly ActivitySource Activities = new("LoraDiff.Hub");

    internal TimeProvider Time => time;

    internal ILogger Logger => logger;

    internal Uri At(string pathAndQuery) => new(options.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + pathAndQuery);

    /// <summary>
    /// The answer's status is a success, or one that the request accepts, and it has arrived whole; of a file's content only the headers have. The caller disposes it.
    /// An answer that breaks off or stands still is a lost connection: the request is sent again, unless it may not arrive twice.
    /// </summary>
    internal async Task<HttpResponseMessage> SendAsync(HubRequest request, CancellationToken cancellation)
    {
        if (options.Offline)
        {
            throw new HubOfflineException($"{request.Subject} would be asked of {options.Endpoint.Host}, but offline mode is on (HF_HUB_OFFLINE).");
        }
        using var activity = Activities.StartActivity("hub " + request.Method.Method);
        activity?.SetTag("url.path", request.Address.AbsolutePath);
        for (var attempt = 0; ; attempt++)
        {
            HttpResponseMessage? response = null;
            string reason;
            try
            {
                response = await FollowAsync(request, cancellation).ConfigureAwait(false);
                var status = (int)response.StatusCode;
                activity?.SetTag("http.response.status_code", status);
                if (RetryDelay.Header(response, "X-HF-Warning") is { Length: > 0 } warning)
                {
                    HubLog.Warned(logger, HubText.Printable(warning));
                }
                if (response.IsSuccessStatusCode || request.Accepted.Contains(status) || (request.StopAtForeignRedirect && status is >= 300 and < 400))
                {
                    if (!request.IsFile || !response.IsSuccessStatusCode)
                    {
                        await ReceiveAsync(response, request, response.IsSuccessStatusCode || attempt < options.MaxRetries, cancellation).ConfigureAwait(false);
                    }
                    return response;
                }
                if (attempt >= options.MaxRetries || !RetryDelay.IsRetried(status) || RetryDelay.Told(response) > options.MaxRetryWait || (request.Retries == Retries.OnlyRefused && (status is not (429 or 503) || RetryDelay.Told(response) is null)))
                {
                    await ReceiveAsync(response, request, isNeeded: false, cancellation).ConfigureAwait(false);
                    throw await HubErrors.FromAsync(response, request.Subject, cancellation).ConfigureAwait(false);
                }
                reason = status.ToString(CultureInfo.InvariantCulture);
            }
            catch (Exception exception) when (IsLost(exception, cancellation))
            {
                if (attempt >= options.MaxRetries || request.Retries == Retries.OnlyRefused)
                {
                    // No status: whether the request was carried out is as unknown as after no answer at all.
                    var facts = new HubFailure(RequestId: response is null ? null : HubErrors.RequestId(response), Address: HubText.WithoutQuery(request.Address));
                    var what = response is null ? $"{request.Address.Host} could not be reached for {request.Subject}" : $"The answer of {request.Address.Host} for {request.Subject} broke off";
                    response?.Dispose();
                    throw new HubException($"{what}: {Reason(exception)}", facts, exception);
                }
                reason = Reason(exception);
            }
            catch
            {
                response?.Dispose();
                throw;
            }
            var delay = RetryDelay.After(attempt, response);
            response?.Dispose();
            HubLog.Retried(logger, request.Method.Method, HubText.WithoutQuery(request.Address), reason, attempt + 1, options.MaxRetries, delay.TotalSeconds);
            await Task.Delay(delay, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Whether this is a lost connection or a time-out rather than the caller's cancellation.</summary>
    internal static bool IsLost(Exception exception, CancellationToken cancellation) =>
        exception is HttpRequestException or HttpIOException || (exception is IOException and not HubException) || (exception is OperationCanceledException && !cancellation.IsCancellationRequested);

    internal static string Reason(Exception exception) => exception is OperationCanceledException ? "no answer in time" : HubText.Printable(exception.Message);

    private async Task<HttpResponseMessage> FollowAsync(HubRequest request, CancellationToken cancellation)
    {
        var (address, method, content) = (request.Address, request.Method, request.Content);
        for (var hop = 0; ; hop++)
        {
            using var message = new HttpRequestMessage(method, address) { Content = content?.Invoke() };
            Describe(message, request);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var timer = time.CreateTimer(static source => Cancel((CancellationTokenSource)source!), limit, request.Timeout ?? options.RequestTimeout, Timeout.InfiniteTimeSpan);
            var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            HubLog.Answered(logger, method.Method, HubText.WithoutQuery(address), (int)response.StatusCode);
            request.Passing?.Invoke(response);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }
            if (!Uri.TryCreate(address, location, out var next))
            {
                response.Dispose();
                throw new HubException($"{request.Subject}: the Hub redirects to '{HubText.WithoutQuery(location)}', which is not an address.", new(response.StatusCode, HubErrors.RequestId(response), Address: HubText.WithoutQuery(address)));
            }
            if (request.StopAtForeignRedirect && !SameOrigin(next, address))
            {
                return response;
            }
            response.Dispose();
            if (hop >= MostRedirects || next.Scheme is not ("http" or "https"))
            {
                throw new HubException($"{request.Subject}: the Hub redirects {(hop >= MostRedirects ? $"more than {MostRedirects} times" : "to an address that is not http")}.", new(response.StatusCode, Address: HubText.WithoutQuery(next)));
            }
            if ((int)response.StatusCode is 303 || ((int)response.StatusCode is 301 or 302 && method == HttpMethod.Post))
            {
                (method, content) = (HttpMethod.Get, null);
            }
            address = next;
        }
    }

    // The body takes the place of the stream that it came by, so that whoever reads it later waits for nobody and loses nothing.
    private async Task ReceiveAsync(HttpResponseMessage response, HubRequest request, bool isNeeded, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var still = time.CreateTimer(static source => Cancel((CancellationTokenSource)source!), limit, options.ReadTimeout, Timeout.InfiniteTimeSpan);
        using var whole = time.CreateTimer(static source => Cancel((CancellationTokenSource)source!), limit, options.WriteTimeout, Timeout.InfiniteTimeSpan);
        using var arrived = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var stream = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            for (int count; (count = await stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0 && arrived.Length <= LargestAnswer;)
            {
                still.Change(options.ReadTimeout, Timeout.InfiniteTimeSpan);
                arrived.Write(buffer, 0, count);
            }
        }
        catch (Exception exception) when (!isNeeded && IsLost(exception, cancellation))
        {
            HubLog.LostText(logger, Reason(exception));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (isNeeded && arrived.Length > LargestAnswer)
        {
            throw new HubException($"The Hub's answer for {request.Subject} has more than {LargestAnswer} bytes, expected fewer: nothing that is asked of it is that long.", new(response.StatusCode, HubErrors.RequestId(response), Address: HubText.WithoutQuery(request.Address)));
        }
        var body = new ByteArrayContent(arrived.ToArray());
        foreach (var (name, values) in response.Content.Headers.NonValidated)
        {
            body.Headers.TryAddWithoutValidation(name, values);
        }
        response.Content.Dispose();
        response.Content = body;
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The answer came at the same moment.
        }
    }

    private void Describe(HttpRequestMessage message, HubRequest request)
    {
        var own = SameOrigin(message.RequestUri!, options.Endpoint);
        if (own && request.Authorize && options.Token is { } token)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent.Of(options));
        if (own)
        {
            message.Headers.TryAddWithoutValidation("X-Amzn-Trace-Id", Guid.NewGuid().ToString());
        }
        foreach (var (name, value) in request.Headers)
        {
            // What LFS hands out to authorize a transfer is for that host; the Hub's own headers are not for others.
            if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && !SameOrigin(message.RequestUri!, request.Address))
            {
                continue;
            }
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    internal static bool SameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.Host.Equals(b.Host, StringComparison.OrdinalIgnoreCase) && a.Port == b.Port;
}
