using LoraDiff.Cli.Hosting;
using LoraDiff.Hub;

namespace LoraDiff.Cli.Doctor;

/// <summary>A folder where downloads or tokenised data are kept.</summary>
/// <param name="Name">What for.</param>
/// <param name="Path">Where.</param>
/// <param name="Origin">The environment variable that says so, or <c>default</c>.</param>
/// <param name="Exists">Whether it is there.</param>
internal sealed record CacheFolder(string Name, string Path, string Origin, bool Exists)
{
    /// <summary>Those that the Hub's client uses, and LoraDiff's own.</summary>
    public static IReadOnlyList<CacheFolder> All()
    {
        var (data, dataOrigin) = DataCacheFolder.Named(Environment.GetEnvironmentVariable);
        return [Of("hugging face home", HubLocation.Home()), Of("hub cache", HubLocation.Cache()), Of("data cache", data, dataOrigin)];
    }

    private static CacheFolder Of(string name, HubLocation location) => Of(name, location.Path, location.Variable ?? "default");

    private static CacheFolder Of(string name, string path, string origin) => new(name, path, origin, Directory.Exists(path));
}
