using LoraDiff.Hub.Tests.Fake;

namespace LoraDiff.Cli.Tests.Hosting;

/// <summary>A fake Hub that the tool finds through its environment, and a home folder of its own.</summary>
internal sealed class HubPlace : IAsyncDisposable
{
    private static readonly string[] Names = ["HF_ENDPOINT", "HF_HOME", "HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN_PATH"];
    private readonly Dictionary<string, string?> _before = Names.ToDictionary(n => n, Environment.GetEnvironmentVariable);
    private readonly Places _places = new();

    private HubPlace(FakeHub hub, bool withToken)
    {
        Hub = hub;
        Array.ForEach(Names, n => Environment.SetEnvironmentVariable(n, null));
        Environment.SetEnvironmentVariable("HF_ENDPOINT", hub.Address.ToString());
        Environment.SetEnvironmentVariable("HF_HOME", _places.At("home"));
        Environment.SetEnvironmentVariable("HF_TOKEN", withToken ? hub.Token : null);
    }

    public FakeHub Hub { get; }

    public static async Task<HubPlace> StartAsync(bool withToken = false) => new(await FakeHub.StartAsync(), withToken);

    public string At(params string[] parts) => _places.At(parts);

    /// <summary>A repository with the files of a folder.</summary>
    public FakeRepository Publish(string name, string folder)
    {
        var repository = Hub.Add(name);
        repository.Commit("main", "files", "", files =>
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                files[Path.GetRelativePath(folder, path).Replace('\\', '/')] = new FakeFile(File.ReadAllBytes(path), FakeRepository.IsLfs(path, new FileInfo(path).Length));
            }
        });
        return repository;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
        await Hub.DisposeAsync();
        _places.Dispose();
    }
}
