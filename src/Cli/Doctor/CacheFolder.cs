using LoraDiff.Cli.Hosting;

namespace LoraDiff.Cli.Doctor;

/// <summary>A folder where downloads or tokenised data are kept.</summary>
/// <param name="Name">What for.</param>
/// <param name="Path">Where.</param>
/// <param name="Origin">The environment variable that says so, or <c>default</c>.</param>
/// <param name="Exists">Whether it is there.</param>
internal sealed record CacheFolder(string Name, string Path, string Origin, bool Exists)
{
    /// <summary>Those of the Hub by the rules of huggingface_hub, where each variable overrides the one before, and LoraDiff's own.</summary>
    public static IReadOnlyList<CacheFolder> All(Func<string, string?> environment)
    {
        var user = environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var (home, homeOrigin) = environment("HF_HOME") is { Length: > 0 } named ? (Expand(named), "HF_HOME")
            : environment("XDG_CACHE_HOME") is { Length: > 0 } xdg ? (System.IO.Path.Combine(Expand(xdg), "huggingface"), "XDG_CACHE_HOME")
            : (System.IO.Path.Combine(user, ".cache", "huggingface"), "default");
        var (hub, hubOrigin) = environment("HF_HUB_CACHE") is { Length: > 0 } own ? (Expand(own), "HF_HUB_CACHE")
            : environment("HUGGINGFACE_HUB_CACHE") is { Length: > 0 } old ? (Expand(old), "HUGGINGFACE_HUB_CACHE")
            : (System.IO.Path.Combine(home, "hub"), homeOrigin);
        var (data, dataOrigin) = DataCacheFolder.Named(environment);
        return [Of("hugging face home", home, homeOrigin), Of("hub cache", hub, hubOrigin), Of("data cache", data, dataOrigin)];

        string Expand(string path) => path.StartsWith("~/", StringComparison.Ordinal) ? System.IO.Path.Combine(user, path[2..]) : path;
    }

    private static CacheFolder Of(string name, string path, string origin) => new(name, path, origin, Directory.Exists(path));
}
