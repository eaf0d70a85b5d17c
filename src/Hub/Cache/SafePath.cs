using System.Text;
using LoraDiff.Hub.Errors;

namespace LoraDiff.Hub.Cache;

/// <summary>Turns a path that the Hub names into one below a folder, or refuses it.</summary>
internal static class SafePath
{
    private static readonly HashSet<string> Devices = new(["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. "123456789¹²³".SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })], StringComparer.OrdinalIgnoreCase);

    // Of one part of a path, in UTF-8; on Windows in UTF-16. File systems agree on it.
    private const int LongestPart = 255;

    /// <exception cref="UnsafePathException">The path could lead out of the folder, on this or another system.</exception>
    internal static string Below(string folder, string path)
    {
        if (Fault(path) is { } fault)
        {
            throw new UnsafePathException($"The Hub names a file '{HubText.Printable(path)}', which {fault}; it is not written.");
        }
        return Path.Combine([folder, .. path.Split('/')]);
    }

    internal static string? Fault(string path)
    {
        if (path.Length == 0 || path.Any(char.IsControl))
        {
            return "is empty or holds a control character";
        }
        if (path[0] == '/' || path.Contains('\\', StringComparison.Ordinal) || path.Contains(':', StringComparison.Ordinal))
        {
            return "is absolute, or holds a backslash or a colon";
        }
        foreach (var part in path.Split('/'))
        {
            if (part.Length == 0 || part is "." or ".." || part.EndsWith('.') || part.EndsWith(' '))
            {
                return $"has a part '{part}' that file systems change or follow";
            }
            if (part.Equals(".git", StringComparison.OrdinalIgnoreCase))
            {
                return "is inside a folder .git, which no repository holds";
            }
            if ((OperatingSystem.IsWindows() ? part.Length : Encoding.UTF8.GetByteCount(part)) is > LongestPart and var length)
            {
                return $"has a part of {length} bytes, expected at most {LongestPart}";
            }
            // Windows looks at what is before the first dot, without the spaces after it.
            if (Devices.Contains(part.Split('.')[0].TrimEnd(' ')))
            {
                return $"has a part '{part}' that is a device on Windows";
            }
        }
        return null;
    }

    /// <summary>Refuses a target whose folders are links that lead out of the root.</summary>
    /// <exception cref="UnsafePathException">They do.</exception>
    internal static void CheckLinks(string root, string target)
    {
        var full = Path.GetFullPath(root);
        var folder = full;
        foreach (var part in Path.GetRelativePath(full, Path.GetFullPath(target)).Split(Path.DirectorySeparatorChar)[..^1])
        {
            folder = Path.Combine(folder, part);
            if (new DirectoryInfo(folder) is { LinkTarget: not null } link)
            {
                throw new UnsafePathException($"'{link.FullName}' is a link to '{link.LinkTarget}': nothing is written through it. Remove it, or choose another folder.");
            }
        }
    }
}
