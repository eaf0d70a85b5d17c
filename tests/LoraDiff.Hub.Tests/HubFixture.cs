using System.Collections.Concurrent;
using LoraDiff.Hub.Tests.Fake;
using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Tests;

/// <summary>A fake Hub, a cache folder of its own, a client for both, and what the client logged.</summary>
internal sealed class HubFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IDisposable> _owned = [];

    private HubFixture(FakeHub hub) => Hub = hub;

    public FakeHub Hub { get; }

    public HurriedTime Time { get; } = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public string Cache => _folder.At("cache");

    public static async Task<HubFixture> StartAsync() => new(await FakeHub.StartAsync());

    public string At(params string[] parts) => _folder.At(parts);

    public HubClient Client(Action<HubOptions>? change = null, bool withToken = false)
    {
        var options = new HubOptions { Endpoint = Hub.Address, CacheFolder = Cache, Token = withToken ? Hub.Token : null };
        change?.Invoke(options);
        var http = new HttpClient(HubClient.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _owned.Add(http);
        return new(http, options, new ListLogger(Log), Time);
    }

    public async ValueTask DisposeAsync()
    {
        _owned.ForEach(o => o.Dispose());
        await Hub.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class ListLogger(ConcurrentQueue<string> lines) : ILogger<HubClient>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
