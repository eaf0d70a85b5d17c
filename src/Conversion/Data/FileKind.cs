using System.Formats.Tar;

namespace LoraDiff.Conversion.Data;

/// <summary>Tells files from pipes, devices and sockets without opening them: opening a pipe waits for a writer.</summary>
internal static class FileKind
{
    /// <summary>Whether it is a file with bytes of its own, or a link to one.</summary>
    /// <param name="path">Something that exists and is no folder.</param>
    public static bool IsRegular(string path)
    {
        var file = new FileInfo(path);
        file = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;

        // Only files have a length; an empty one must be looked at.
        return file.Exists && (file.Length > 0 || (OperatingSystem.IsWindows() ? !file.Attributes.HasFlag(FileAttributes.Device) : TypeOf(file.FullName) is TarEntryType.RegularFile));
    }

    // The archive writer is the one public API that says what an entry of a Unix file system is. Of an empty file it writes a header only.
    private static TarEntryType? TypeOf(string path)
    {
        using var archive = new MemoryStream();
        try
        {
            using (TarWriter writer = new(archive, TarEntryFormat.Ustar, leaveOpen: true))
            {
                writer.WriteEntry(path, "entry");
            }
        }
        catch (IOException)
        {
            return null;   // of a kind that archives do not have: a socket
        }

        archive.Position = 0;
        using TarReader reader = new(archive);
        return reader.GetNextEntry()?.EntryType;
    }
}
