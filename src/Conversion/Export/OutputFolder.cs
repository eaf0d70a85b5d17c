namespace LoraDiff.Conversion.Export;

/// <summary>A folder that is filled under another name beside its place and appears there when it is complete.</summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string _place;

    private OutputFolder(string place, string path) => (_place, Path) = (place, path);

    /// <summary>Where files go for now.</summary>
    public string Path { get; }

    /// <summary>Makes the temporary folder.</summary>
    /// <param name="place">Where it is to appear.</param>
    /// <param name="overwrite">Whether a checkpoint there may be replaced.</param>
    /// <param name="sources">Folders that are read meanwhile.</param>
    /// <exception cref="ExportException">The place is taken, or is one of the sources.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static OutputFolder Create(string place, bool overwrite, params ReadOnlySpan<string> sources)
    {
        WritableFolder.RequireBeside(place);
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(place));
        foreach (var source in sources)
        {
            var other = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(source));
            if (other == full || other.StartsWith(full + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new ExportException($"The output folder '{place}' is or holds '{source}', which is read. Choose another one.");
            }
        }

        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
        {
            if (!overwrite)
            {
                throw new ExportException($"'{place}' is not empty. Choose another folder, or let it be replaced (--overwrite).");
            }

            if (!File.Exists(System.IO.Path.Combine(full, "config.json")))
            {
                throw new ExportException($"'{place}' holds no checkpoint (there is no config.json), so it is not replaced. Choose another folder.");
            }
        }

        var parent = System.IO.Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(parent);
        var path = System.IO.Path.Combine(parent, $".{System.IO.Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(path);
        return new OutputFolder(full, path);
    }

    /// <summary>Puts the folder in its place.</summary>
    public void Commit()
    {
        var aside = $"{Path}.old";
        var replaces = Directory.Exists(_place);
        if (replaces)
        {
            Directory.Move(_place, aside);
        }

        try
        {
            Directory.Move(Path, _place);
        }
        catch
        {
            if (replaces)
            {
                Directory.Move(aside, _place);
            }

            throw;
        }

        if (replaces)
        {
            Directory.Delete(aside, recursive: true);
        }
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
