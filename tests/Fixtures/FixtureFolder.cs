using System.Runtime.CompilerServices;

namespace LoraDiff.Fixtures;

/// <summary>
/// Where conformance cases are read from: <c>LORADIFF_FIXTURES</c>, else <c>../shared/fixtures</c> beside the repository, else <c>tests/Fixtures</c>.
/// A folder that the first two lack falls through to the project's own copy.
/// </summary>
internal static class FixtureFolder
{
    /// <summary>The repository's root on the machine that built the tests.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Roots in order of preference; only those that exist.</summary>
    public static IReadOnlyList<string> Roots { get; } = FindRoots();

    /// <summary>The folder of one kind of fixture, for example <c>models</c>; null where no root has it.</summary>
    public static string? Find(string kind)
        => Roots.Select(root => Path.Combine(root, kind)).FirstOrDefault(Directory.Exists);

    /// <summary>A path below the fixtures that must exist.</summary>
    public static string Require(params string[] parts)
    {
        var relative = Path.Combine(parts);
        return Roots.Select(root => Path.Combine(root, relative)).FirstOrDefault(p => File.Exists(p) || Directory.Exists(p))
            ?? throw new FileNotFoundException($"Fixture '{relative}' is in none of: {string.Join(", ", Roots)}.");
    }

    /// <summary>The names of a kind's case folders, sorted; empty where the kind is absent.</summary>
    public static IReadOnlyList<string> Cases(string kind)
        => Find(kind) is { } folder
            ? [.. Directory.EnumerateDirectories(folder).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)]
            : [];

    private static List<string> FindRoots()
    {
        var named = Environment.GetEnvironmentVariable("LORADIFF_FIXTURES");
        if (!string.IsNullOrEmpty(named) && !Directory.Exists(named))
        {
            throw new DirectoryNotFoundException($"LORADIFF_FIXTURES is '{named}', which is not a folder.");
        }

        string?[] candidates = string.IsNullOrEmpty(named)
            ? [Path.Combine(Repository, "..", "shared", "fixtures"), Path.Combine(Repository, "tests", "Fixtures")]
            : [named, Path.Combine(Repository, "tests", "Fixtures")];
        return [.. candidates.OfType<string>().Select(Path.GetFullPath).Where(Directory.Exists)];
    }

    private static string FindRepository([CallerFilePath] string here = "")
    {
        for (var folder = Path.GetDirectoryName(here); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "LoraDiff.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No LoraDiff.sln above {here}.");
    }
}
