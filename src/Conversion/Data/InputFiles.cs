using System.IO.Enumeration;

namespace LoraDiff.Conversion.Data;

/// <summary>Finds the files of sources: files, folders and patterns, in an order that does not depend on the file system.</summary>
internal static class InputFiles
{
    private static readonly string[] TextExtensions = [".txt", ".text", ".md"];
    private static readonly string[] JsonExtensions = [".jsonl", ".ndjson", ".json"];
    private static readonly string[] Extensions = [.. JsonExtensions, .. TextExtensions, ".parquet"];

    /// <summary>The files of all sources.</summary>
    /// <exception cref="DataException">A source has none, or one is of a kind that is not read.</exception>
    public static IReadOnlyList<InputFile> Find(DataSources sources, DataOptions options)
    {
        List<InputFile> files = [];
        for (var source = 0; source < sources.Count; source++)
        {
            Require(sources[source]);
            try
            {
                files.AddRange(Expand(sources[source].Path).Select(path => Open(path, source, options)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new DataException($"'{sources[source].Path}' cannot be read: {e.Message}", e);
            }
        }

        return files;
    }

    private static void Require(DataSource source)
    {
        if (!(double.IsFinite(source.Weight) && source.Weight > 0))
        {
            throw new DataException($"The weight of '{source.Path}' is {source.Weight}; it must be above 0.");
        }
    }

    private static string[] Expand(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (Directory.Exists(path))
        {
            var found = Sorted(Below(path, recursive: true).Where(IsData));
            return found.Length > 0 ? found : throw new DataException($"The folder '{path}' has no data file ({string.Join(", ", Extensions)}).");
        }

        if (path.IndexOfAny(['*', '?']) < 0)
        {
            throw new DataException($"There is no data file '{path}'. Expected JSONL: one object with \"prompt\" and \"completion\", \"text\", or \"messages\" a line; or a .txt file, a folder, or a pattern.");
        }

        var matches = Matches(path);
        return matches.Length > 0 ? matches : throw new DataException($"No file matches '{path}'.");
    }

    /// <summary>Files that match a pattern, whose <c>**</c> stands for any number of folders.</summary>
    private static string[] Matches(string pattern)
    {
        var parts = pattern.Replace('\\', '/').Split('/');
        var wild = Array.FindIndex(parts, part => part.IndexOfAny(['*', '?']) >= 0);
        var root = wild == 0 ? "." : string.Join('/', parts[..wild]) is { Length: > 0 } named ? named : "/";
        if (!Directory.Exists(root))
        {
            return [];
        }

        var tail = parts[wild..];
        var candidates = Below(root, recursive: tail.Length > 1 || tail[0] == "**");
        return Sorted(candidates.Where(file => Fits(Path.GetRelativePath(root, file).Replace('\\', '/').Split('/'), tail)).Select(file => wild == 0 ? Path.GetRelativePath(".", file) : file));
    }

    // A link to a folder is not entered: the same files would be read again, and a link to a folder above has no end.
    private static FileSystemEnumerable<string> Below(string folder, bool recursive) => new(
        folder,
        static (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
        new EnumerationOptions { RecurseSubdirectories = recursive, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
    {
        ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
        ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
    };

    private static bool Fits(ReadOnlySpan<string> path, ReadOnlySpan<string> pattern)
    {
        if (pattern.IsEmpty)
        {
            return path.IsEmpty;
        }

        if (pattern[0] == "**")
        {
            return Fits(path, pattern[1..]) || (!path.IsEmpty && Fits(path[1..], pattern));
        }

        return !path.IsEmpty && FileSystemName.MatchesSimpleExpression(pattern[0], path[0], ignoreCase: false) && Fits(path[1..], pattern[1..]);
    }

    private static InputFile Open(string path, int source, DataOptions options)
    {
        if (!FileKind.IsRegular(path))
        {
            throw new DataException($"'{path}' is no regular file but a pipe, a device or a link to nothing, and data are read more than once. Write what it gives to a file first: cat '{path}' > data.jsonl");
        }

        Span<byte> start = stackalloc byte[4];
        using var handle = File.OpenHandle(path);
        var read = RandomAccess.Read(handle, start, 0);
        var bytes = RandomAccess.GetLength(handle);
        var what = start[..read] switch
        {
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1'] => "Parquet, which is not read. Write it as JSONL: python3 -c \"import sys, pandas; pandas.read_parquet(sys.argv[1]).to_json(sys.argv[2], orient='records', lines=True, force_ascii=False)\" IN.parquet OUT.jsonl",
            [0x1F, 0x8B, ..] => "compressed with gzip. Unpack it: gzip -dk FILE",
            [0x28, 0xB5, 0x2F, 0xFD] => "compressed with zstd. Unpack it: zstd -dk FILE",
            [(byte)'P', (byte)'K', 3, 4] => "a zip archive. Unpack it",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16; expected UTF-8. Convert it: iconv -f UTF-16 -t UTF-8",
            _ => null,
        };
        return what is null
            ? new InputFile(path, source, options.DataFormat == DataFormat.Auto ? Has(path, TextExtensions) : options.DataFormat == DataFormat.Text, bytes)
            : throw new DataException($"'{path}' is {what}.");
    }

    private static bool IsData(string path) => Has(path, Extensions) && !Path.GetFileName(path).StartsWith('.');

    private static bool Has(string path, string[] extensions) => extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static string[] Sorted(IEnumerable<string> paths) => [.. paths.Order(StringComparer.Ordinal)];
}
