using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LoraDiff.Hub;

/// <summary>
/// A client of the Hugging Face Hub: reads, downloads into the cache that Python shares, and publishes. Safe to use from several threads.
/// </summary>
/// <remarks>Errors are <see cref="HubException"/> and its kinds. Requests are sent again after lost connections and 408, 429, 5xx answers; the token goes to <see cref="HubOptions.Endpoint"/> only.</remarks>
public sealed partial class HubClient : IDisposable
{
    private readonly HubOptions _options;
    private readonly HubHttp _http;
    private readonly HttpClient? _owned;

    /// <summary>A client over an <see cref="HttpClient"/> of the caller's, who disposes it. Its handler must not follow redirects or decompress by itself (see <see cref="CreateHandler"/>), its time-out must be infinite.</summary>
    /// <param name="http">The HTTP client.</param>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    /// <param name="time">The clock that back-off waits by; null for the system's.</param>
    /// <exception cref="ArgumentException">An option has an impossible value.</exception>
    public HubClient(HttpClient http, HubOptions options, ILogger<HubClient>? logger = null, TimeProvider? time = null)
        : this(http, options, logger, time, owned: null)
    {
    }

    private HubClient(HttpClient http, HubOptions options, ILogger<HubClient>? logger, TimeProvider? time, HttpClient? owned)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }
        _options = options;
        _owned = owned;
        _http = new(http, options, logger ?? NullLogger<HubClient>.Instance, time ?? TimeProvider.System);
    }

    /// <summary>The settings.</summary>
    public HubOptions Options => _options;

    /// <summary>A client with an HTTP client of its own, for use without dependency injection. The caller disposes it.</summary>
    /// <param name="options">Settings; null for those of the environment.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">An option, or a variable of the environment, has an impossible value.</exception>
    public static HubClient Create(HubOptions? options = null, ILogger<HubClient>? logger = null)
    {
        var http = new HttpClient(CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            return new(http, options ?? HubOptions.FromEnvironment(), logger, null, http);
        }
        catch
        {
            http.Dispose();
            throw;
        }
    }

    /// <summary>The handler that the client needs: no redirects or decompression of its own.</summary>
    /// <returns>A handler; the caller, or the <see cref="HttpClient"/> around it, disposes it.</returns>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();
}
