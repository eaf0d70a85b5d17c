namespace LoraDiff.Conversion;

/// <summary>Whether a folder that is to be written can be, tried before the work whose result goes there. Nothing is left behind.</summary>
internal static class WritableFolder
{
    /// <summary>Refuses a folder in which no file could be made.</summary>
    /// <param name="folder">The folder, which need not exist.</param>
    /// <exception cref="IOException">It is a file or has no name, it cannot be made, or nothing can be written there.</exception>
    public static void Require(string folder)
    {
        RequireFolder(folder);
        Try(folder, Path.GetFullPath(folder));
    }

    /// <summary>The same for a folder that is filled under another name beside its place.</summary>
    /// <inheritdoc cref="Require" path="/param"/>
    /// <inheritdoc cref="Require" path="/exception"/>
    public static void RequireBeside(string folder)
    {
        RequireFolder(folder);
        Try(folder, Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) ?? throw new IOException($"'{folder}' cannot be made. Choose a folder inside another one."));
    }

    private static void RequireFolder(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder))
        {
            throw new IOException($"The output folder is '{folder}', expected a name. Choose a folder to write to.");
        }

        if (File.Exists(folder))
        {
            throw new IOException($"'{folder}' is a file; the output is a folder. Choose another name.");
        }
    }

    // In what exists already, so that work that is refused for another reason leaves nothing behind.
    private static void Try(string folder, string place)
    {
        var existing = place;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            if (File.Exists(existing))
            {
                throw new IOException($"'{folder}' cannot be made: '{existing}' is a file. Choose another folder.");
            }

            existing = parent;
        }

        try
        {
            using var probe = new FileStream(Path.Combine(existing, $".{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{folder}' cannot be written to: no file can be made in '{existing}' ({e.Message.TrimEnd('.')}). Choose another folder.", e);
        }
    }
}
