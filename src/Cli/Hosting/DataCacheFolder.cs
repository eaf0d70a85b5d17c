namespace LoraDiff.Cli.Hosting;

/// <summary>Where tokenised data is kept: <c>$LORADIFF_CACHE/data</c>, else <c>$XDG_CACHE_HOME/loradiff/data</c>, else <c>~/.cache/loradiff/data</c>.</summary>
internal static class DataCacheFolder
{
    /// <summary>The folder, made where it is missing; null where it cannot be made or written to, as in a container without a home.</summary>
    public static string? Find()
    {
        var root = Environment.GetEnvironmentVariable("LORADIFF_CACHE") is { Length: > 0 } own ? own
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } shared ? Path.Combine(shared, "loradiff")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "loradiff");
        var folder = Path.Combine(root, "data");
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
}
