namespace LoraDiff.Cli.Hosting;

/// <summary>Where tokenised data is kept: <c>$LORADIFF_CACHE/data</c>, else <c>$XDG_CACHE_HOME/loradiff/data</c>, else <c>~/.cache/loradiff/data</c>.</summary>
internal static class DataCacheFolder
{
    /// <summary>The folder, made where it is missing; null where it cannot be made or written to, as in a container without a home.</summary>
    public static string? Find()
    {
        var (folder, _) = Named(Environment.GetEnvironmentVariable);
        try
        {
            var path = Directory.CreateDirectory(folder).FullName;
            new FileStream(Path.Combine(path, $"loradiff-{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The folder, whether or not it is there, and the variable that names it, or <c>default</c>.</summary>
    public static (string Path, string Origin) Named(Func<string, string?> environment)
    {
        var (root, origin) = environment("LORADIFF_CACHE") is { Length: > 0 } own ? (own, "LORADIFF_CACHE")
            : environment("XDG_CACHE_HOME") is { Length: > 0 } shared ? (Path.Combine(shared, "loradiff"), "XDG_CACHE_HOME")
            : (Path.Combine(environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "loradiff"), "default");
        return (Path.Combine(root, "data"), origin);
    }
}
