using System.Globalization;
using LoraDiff.Hub.Errors;
using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Cache;

/// <summary>A folder with real files, and beside them, in <c>.cache/huggingface/download</c>, which commit and content each file is; as Python's <c>local_dir</c>.</summary>
internal sealed class LocalFolder(string folder, ILogger logger)
{
    private const string Own = ".cache/huggingface/";

    /// <summary>What is known of this folder's revisions.</summary>
    internal TreeCache Trees => new(Path.GetDirectoryName(Checked(Path.Combine(folder, ".cache", "huggingface", "trees")))!, logger);

    internal string File(string path)
    {
        if (path.StartsWith(Own, StringComparison.OrdinalIgnoreCase))
        {
            throw new UnsafePathException($"The Hub names a file '{HubText.Printable(path)}', which is inside the folder's own records ({Own}); it is not written.");
        }
        return Checked(SafePath.Below(folder, path));
    }

    internal string Partial(string path, string etag) => Beside(path, $".{etag}.loradiff.incomplete");

    internal string Lock(string path) => Beside(path, ".lock");

    /// <summary>The commit and etag of a file that has not been touched since it was written, or null.</summary>
    internal (string Commit, string Etag)? Recorded(string path)
    {
        var (record, file) = (Record(path), File(path));
        if (!System.IO.File.Exists(record) || !System.IO.File.Exists(file))
        {
            return null;
        }
        var lines = System.IO.File.ReadAllText(record).Split('\n');
        if (lines.Length < 3 || !double.TryParse(lines[2].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return null;
        }
        // A second's grace: some file systems keep whole seconds only.
        var touched = System.IO.File.GetLastWriteTimeUtc(file) > DateTime.UnixEpoch.AddSeconds(seconds + 1);
        return touched ? null : (lines[0].Trim(), lines[1].Trim());
    }

    internal void Remember(string path, string commit, string etag, DateTimeOffset now)
    {
        Prepare();
        var record = Record(path);
        Directory.CreateDirectory(Path.GetDirectoryName(record)!);
        System.IO.File.WriteAllText(record, string.Create(CultureInfo.InvariantCulture, $"{commit}\n{etag}\n{now.ToUnixTimeMilliseconds() / 1000.0}\n"));
    }

    internal void Prepare()
    {
        var ignore = Checked(Path.Combine(folder, ".cache", "huggingface", ".gitignore"));
        if (!System.IO.File.Exists(ignore))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(ignore)!);
            System.IO.File.WriteAllText(ignore, "*");
        }
    }

    private string Record(string path) => Beside(path, ".metadata");

    private string Beside(string path, string ending) => Checked(SafePath.Below(Path.Combine(folder, ".cache", "huggingface", "download"), path) + ending);

    private string Checked(string file)
    {
        SafePath.CheckLinks(folder, file);
        return file;
    }
}
