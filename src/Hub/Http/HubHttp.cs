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
    private const int MostRedirects = 10;
    private static readonly ActivitySource Activities = new("LoraDiff.Hub");

    internal TimeProvider Time => time;

    internal ILogger Logger => logger;

    internal Uri At(string pathAndQuery) => new(options.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + pathAndQuery);

    /// <summary>The answer's headers have arrived and its status is a success, or one that the request accepts; the caller disposes it.</summary>
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
                    return response;
                }
                if (attempt >= options.MaxRetries || !RetryDelay.IsRetried(status) || RetryDelay.Told(response) > options.MaxRetryWait || (request.Retries == Retries.OnlyRefused && (status is not (429 or 503) || RetryDelay.Told(response) is null)))
                {
                    throw await HubErrors.FromAsync(response, request.Subject, cancellation).ConfigureAwait(false);
                }
                reason = status.ToString(CultureInfo.InvariantCulture);
            }
            catch (Exception exception) when (IsLost(exception, cancellation))
            {
                if (attempt >= options.MaxRetries || request.Retries == Retries.OnlyRefused)
                {
                    response?.Dispose();
                    throw new HubException($"{request.Address.Host} could not be reached for {request.Subject}: {Reason(exception)}", new(Address: HubText.WithoutQuery(request.Address)), exception);
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
            var next = new Uri(address, location);
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
