using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Tests.Fake;

/// <summary>
/// The Hub's endpoints in this process, over repositories in memory, and a second origin for large files that rejects any Authorization header, as the store behind the Hub does.
/// The official clients run against it too (see Peers/), so that it is checked by something we did not write.
/// </summary>
public sealed partial class FakeHub : IAsyncDisposable
{
    private readonly WebApplication _hub;
    private readonly WebApplication _store;
    private readonly ConcurrentDictionary<(RepositoryType, string), FakeRepository> _repositories = new();
    private readonly ConcurrentDictionary<string, string> _renamed = new();

    private FakeHub()
    {
        _hub = Host(HandleAsync);
        _store = Host(HandleStoreAsync);
    }

    public Uri Address { get; private set; } = null!;

    public Uri StoreAddress { get; private set; } = null!;

    /// <summary>The token that private repositories and writes ask for.</summary>
    public string Token { get; } = "hf_" + Guid.NewGuid().ToString("N");

    /// <summary>Applied in order; each to as many matching requests as it was made for.</summary>
    public List<Fault> Faults { get; } = [];

    /// <summary>METHOD path?query of every request, in order of arrival; those to the store begin with "store ".</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>How many entries a page of a tree has.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Whether regular files are served by way of a relative redirect, as the Hub does.</summary>
    public bool RedirectRegularFiles { get; set; } = true;

    /// <summary>LFS objects above this size are asked for in parts of it.</summary>
    public long PartSize { get; set; } = 8 << 20;

    /// <summary>Where uploaded LFS objects are kept; null for memory.</summary>
    public string? StoreFolder { get; set; }

    public static async Task<FakeHub> StartAsync()
    {
        var fake = new FakeHub();
        await fake._hub.StartAsync();
        await fake._store.StartAsync();
        fake.Address = AddressOf(fake._hub);
        fake.StoreAddress = AddressOf(fake._store);
        return fake;
    }

    public FakeRepository Add(string name, RepositoryType type = RepositoryType.Model) => _repositories[(type, name)] = new(name, type);

    public FakeRepository? Find(string name, RepositoryType type = RepositoryType.Model) => _repositories.GetValueOrDefault((type, name));

    public void Forget(string name) => _repositories.TryRemove((RepositoryType.Model, name), out _);

    public void Rename(string from, string to)
    {
        _repositories[(RepositoryType.Model, to)] = _repositories[(RepositoryType.Model, from)];
        _repositories.TryRemove((RepositoryType.Model, from), out _);
        _repositories[(RepositoryType.Model, to)].Name = to;
        _renamed[from] = to;
    }

    public int Count(string part) => Requests.Count(r => r.Contains(part, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _store.DisposeAsync();
    }

    private static WebApplication Host(RequestDelegate handle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();
        app.Run(handle);
        return app;
    }

    private static Uri AddressOf(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Requests.Enqueue($"{context.Request.Method} {target}");
        await WithFaultsAsync(context, () => DispatchAsync(context, target));
    }

    private async Task HandleStoreAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Requests.Enqueue($"store {context.Request.Method} {target}");
        if (context.Request.Headers.ContainsKey("Authorization"))
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>");
            return;
        }
        await WithFaultsAsync(context, () => StoreAsync(context, target));
    }

    private Task WithFaultsAsync(HttpContext context, Func<Task> serve)
    {
        Fault? fault;
        lock (Faults)
        {
            fault = Faults.FirstOrDefault(f => f.Takes(context.Request));
        }
        return fault is null ? serve() : fault.ActAsync(context, serve);
    }

    private async Task DispatchAsync(HttpContext context, string target)
    {
        var path = target.Split('?')[0];
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        if (parts is ["api", ..])
        {
            await ApiAsync(context, parts[1..]);
        }
        else
        {
            await FilesAsync(context, parts);
        }
    }

    // "owner/name" or "name" at the start of the parts; the rest is what is asked of it.
    private (FakeRepository? Repository, string Name, string[] Asked) Locate(RepositoryType type, string[] parts, Func<string, bool> isVerb)
    {
        var two = parts.Length > 1 && !isVerb(parts[1]);
        var name = two ? $"{parts[0]}/{parts[1]}" : parts.Length > 0 ? parts[0] : "";
        return (Find(name, type), name, parts[(two ? 2 : Math.Min(1, parts.Length))..]);
    }

    private static RepositoryType? TypeOf(string plural) => plural switch { "models" => RepositoryType.Model, "datasets" => RepositoryType.Dataset, "spaces" => RepositoryType.Space, _ => null };

    private bool IsAuthorized(HttpContext context) => context.Request.Headers.Authorization == $"Bearer {Token}";

    private bool HasBadToken(HttpContext context) => context.Request.Headers.Authorization.Count > 0 && !IsAuthorized(context);

    private static Task ErrorAsync(HttpContext context, int status, string? code, string message)
    {
        context.Response.StatusCode = status;
        if (code is not null)
        {
            context.Response.Headers["X-Error-Code"] = code;
        }
        context.Response.Headers["X-Error-Message"] = message;
        context.Response.Headers["X-Request-Id"] = "fake-request";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : JsonAsync(context, new JsonObject { ["error"] = message }, status);
    }

    private static async Task JsonAsync(HttpContext context, JsonNode body, int status = 200)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }

    /// <summary>Refuses what the asker may not see; true when an answer was given.</summary>
    private async Task<bool> RefusedAsync(HttpContext context, FakeRepository? repository, bool content)
    {
        if (HasBadToken(context))
        {
            await ErrorAsync(context, 401, null, "Invalid credentials in Authorization header");
        }
        else if (repository is null || (repository.IsPrivate && !IsAuthorized(context)))
        {
            await (IsAuthorized(context) ? ErrorAsync(context, 404, "RepoNotFound", "Repository not found") : ErrorAsync(context, 401, null, "Repository not found"));
        }
        else if (repository.IsDisabled)
        {
            await ErrorAsync(context, 403, null, "Access to this resource is disabled.");
        }
        else if (repository.IsGated && content && !IsAuthorized(context))
        {
            await ErrorAsync(context, 401, "GatedRepo", $"Access to model {repository.Name} is restricted.");
        }
        else
        {
            return false;
        }
        return true;
    }
}
