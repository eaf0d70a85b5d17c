using System.Runtime.CompilerServices;
using System.Text;

namespace LoraDiff.Bench.Tokenizers;

/// <summary>A large text of many kinds: this repository's own sources, documents and data.</summary>
internal static class SampleText
{
    private static readonly string[] Kinds = [".cs", ".md", ".jsonl", ".txt", ".json", ".csproj"];

    public static string Make(string repository, int bytes)
    {
        string[] folders = ["src", "tests", "samples", "docs"];
        var files = folders.Select(folder => Path.Combine(repository, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => Kinds.Contains(Path.GetExtension(file)) && new FileInfo(file).Length is > 0 and < 1_000_000)
            .Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();
        var text = new StringBuilder(bytes + 1_000_000);
        for (var size = 0; size < bytes;)
        {
            foreach (var file in files)
            {
                text.Append(file);
                size += Encoding.UTF8.GetByteCount(file);
                if (size >= bytes)
                {
                    break;
                }
            }
        }

        return text.ToString();
    }

    public static List<string> Cut(string text, int size)
    {
        var pieces = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = Math.Min(at + size, text.Length);
            end += end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
            pieces.Add(text[at..end]);
            at = end;
        }

        return pieces;
    }

    public static string FindRepository([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "LoraDiff.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"No LoraDiff.sln above {here}.");
        }

        return folder;
    }
}
