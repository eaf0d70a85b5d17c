namespace LoraDiff.Conversion.Publishing;

/// <summary>Tells files of the Hub's shared cache from others: their path names the repository that they came from.</summary>
internal static class CachePlace
{
    /// <summary><c>owner/name</c> for a path in <c>…/{kind}--owner--name/snapshots/{commit}</c>, or null.</summary>
    /// <param name="path">A folder or file.</param>
    /// <param name="kind"><c>models</c> or <c>datasets</c>.</param>
    public static string? Repository(string path, string kind)
    {
        var parts = Path.GetFullPath(path).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = parts.Length - 2; i > 0; i--)
        {
            if (parts[i] == "snapshots" && parts[i - 1].Split("--") is [var first, var owner, var name] && first == kind)
            {
                return $"{owner}/{name}";
            }
        }

        return null;
    }

    /// <summary>What others may be told of a data file or folder: the data set that it came with, else its name.</summary>
    public static string DataName(string path) => Repository(path, "datasets") ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
}
