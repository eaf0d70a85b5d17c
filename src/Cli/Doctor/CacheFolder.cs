namespace LoraDiff.Cli.Doctor;

/// <summary>A folder where files of others are kept.</summary>
/// <param name="Name">What for.</param>
/// <param name="Path">Where.</param>
/// <param name="Origin">The environment variable that says so, or <c>default</c>.</param>
/// <param name="Exists">Whether it is there.</param>
internal sealed record CacheFolder(string Name, string Path, string Origin, bool Exists)
{
    /// <summary>The folders by the rules of huggingface_hub: each variable overrides the one before.</summary>
    public static IReadOnlyList<CacheFolder> All(Func<string, string?> environment)
    {
        var user = environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var (home, homeOrigin) = environment("HF_HOME") is { Length: > 0 } named ? (named, "HF_HOME")
            : environment("XDG_CACHE_HOME") is { Length: > 0 } xdg ? (System.IO.Path.Combine(xdg, "huggingface"), "XDG_CACHE_HOME")
            : (System.IO.Path.Combine(user, ".cache", "huggingface"), "default");
        var (hub, hubOrigin) = environment("HF_HUB_CACHE") is { Length: > 0 } own ? (own, "HF_HUB_CACHE") : (System.IO.Path.Combine(home, "hub"), homeOrigin);
        return [Of("hugging face home", home, homeOrigin), Of("hub cache", hub, hubOrigin)];
    }

    private static CacheFolder Of(string name, string path, string origin) => new(name, path, origin, Directory.Exists(path));
}
