using System.Text.Json;
using LoraDiff.Hub.Http;
using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Cache;

/// <summary>Which files a commit holds, kept beside the files in <c>trees/COMMIT.json</c>; Python's clients write and read the same.</summary>
internal sealed class TreeCache(string folder, ILogger logger)
{
    private const int Version = 1;

    /// <summary>The files of a commit, or null where they are not known here, or written in a way that is not.</summary>
    internal IReadOnlyList<RepositoryEntry>? Read(string commit)
    {
        try
        {
            var tree = HubJson.Parse(File.ReadAllBytes(Name(commit)));
            return HubJson.Number(tree, "format_version") == Version && HubJson.Member(tree, "files") is { ValueKind: JsonValueKind.Object } files
                ? [.. files.EnumerateObject().Select(Entry)] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // not there or spoilt: the Hub is asked
        }
    }

    /// <summary>Remembers the files of a commit. They are only a shortcut: a folder that cannot be written to goes without.</summary>
    internal void Write(string commit, IReadOnlyList<RepositoryEntry> files)
    {
        var name = Name(commit);
        var fresh = $"{name}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            using (var stream = File.Create(fresh))
            using (var writer = new Utf8JsonWriter(stream))
            {
                Write(writer, files);
            }
            File.Move(fresh, name, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(fresh))
            {
                File.Delete(fresh);
            }
            HubLog.NotNoted(logger, name, exception.Message);
        }
    }

    private static RepositoryEntry Entry(JsonProperty file) =>
        new(file.Name, false, HubJson.Number(file.Value, "size"), HubJson.Text(file.Value, "blob_id"), HubJson.Text(file.Value, "lfs_sha256")) { XetHash = HubJson.Text(file.Value, "xet_hash") };

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<RepositoryEntry> files)
    {
        writer.WriteStartObject();
        writer.WriteNumber("format_version", Version);
        writer.WriteStartObject("files");
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            writer.WriteStartObject(file.Path);
            writer.WriteNumber("size", file.Size);
            writer.WriteString("blob_id", file.BlobId);
            if (file.Sha256 is { } hash)
            {
                writer.WriteString("lfs_sha256", hash);
                writer.WriteNumber("lfs_size", file.Size);
            }
            if (file.XetHash is { } xet)
            {
                writer.WriteString("xet_hash", xet);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private string Name(string commit) => Path.Combine(folder, "trees", SafePath.Below("", commit) + ".json");
}
