namespace LoraDiff.Hub.Publishing;

/// <summary>Paths inside a repository.</summary>
internal static class RepositoryPath
{
    private static readonly string[] Forbidden = [".git", ".cache"];

    /// <summary>The path without a leading <c>/</c> or <c>./</c>.</summary>
    /// <exception cref="ArgumentException">It leads out of the repository, or into a folder that no commit may hold.</exception>
    public static string Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var plain = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path.TrimStart('/');
        var parts = plain.Split('/');
        if (plain.Length == 0 || parts.Any(part => part is "" or "." or ".."))
        {
            throw new ArgumentException($"'{HubText.Printable(path)}' is not a path in a repository: expected names joined by '/', without '.', '..' or empty ones.", nameof(path));
        }

        if (parts.FirstOrDefault(Forbidden.Contains) is { } forbidden)
        {
            throw new ArgumentException($"'{HubText.Printable(path)}' lies in '{forbidden}', which no commit may hold.", nameof(path));
        }

        return parts.All(part => part.All(c => c is not ('\\' or '\0') && !char.IsControl(c))) ? plain
            : throw new ArgumentException($"'{HubText.Printable(path)}' has a backslash or a control character; expected names joined by '/'.", nameof(path));
    }
}
