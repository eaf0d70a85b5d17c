using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LoraDiff.Safetensors;

/// <summary>Writes a set of tensors as one file, or as shards of limited size with their index.</summary>
public static partial class ShardedWriter
{
    /// <summary>5 GB (decimal), the Hub library's default.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    /// <summary>
    /// Fills shards greedily in the given order; a tensor larger than a shard gets one of its own. If one shard is enough it is called
    /// <c>{stem}.safetensors</c> and has no index. Files of an earlier save under the same stem that are not part of this one are deleted at the end.
    /// </summary>
    /// <param name="folder">The folder, created if need be.</param>
    /// <param name="tensors">The tensors in their natural order.</param>
    /// <param name="metadata">Text values for each header; null for <see cref="SafetensorsWriter.DefaultMetadata"/>.</param>
    /// <param name="maxShardBytes">The most tensor bytes in one shard.</param>
    /// <param name="stem">The files' common beginning.</param>
    /// <param name="cancellationToken">Stops between tensors. Complete shards written before stay, the index is not written.</param>
    /// <returns>The names of the files written, index last.</returns>
    public static IReadOnlyList<string> Write(
        string folder, IReadOnlyList<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null, long maxShardBytes = DefaultShardBytes,
        string stem = "model", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxShardBytes);
        var indexName = $"{stem}.safetensors.index.json";
        if (tensors.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
        {
            throw new SafetensorsException(SafetensorsRule.DuplicateName, Path.Combine(folder, indexName), twice.Key, "two tensors of this name were to be written.");
        }

        Directory.CreateDirectory(folder);
        var shards = Split(tensors, maxShardBytes, out var total);
        var names = shards.Count == 1
            ? [$"{stem}.safetensors"]
            : Enumerable.Range(1, shards.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{stem}-{i:D5}-of-{shards.Count:D5}.safetensors")).ToList();
        for (var i = 0; i < shards.Count; i++)
        {
            SafetensorsWriter.Write(Path.Combine(folder, names[i]), shards[i], metadata, cancellationToken);
        }

        if (shards.Count > 1)
        {
            var index = Index(shards, names, total);
            AtomicFile.Write(Path.Combine(folder, indexName), stream => stream.Write(index));
            names.Add(indexName);
        }

        foreach (var old in Directory.EnumerateFiles(folder).Where(f => IsOurs(Path.GetFileName(f), stem) && !names.Contains(Path.GetFileName(f))).ToArray())
        {
            File.Delete(old);
        }

        return names;
    }

    private static List<List<TensorSource>> Split(IReadOnlyList<TensorSource> tensors, long maxShardBytes, out long total)
    {
        List<List<TensorSource>> shards = [[]];
        long filled = 0;
        total = 0;
        foreach (var tensor in tensors)
        {
            var bytes = SafetensorsWriter.ByteLength(tensor);
            if (filled + bytes > maxShardBytes && shards[^1].Count > 0)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += bytes;
            total += bytes;
        }

        return shards;
    }

    // As Python's json.dumps(indent=2, sort_keys=True) with a final newline writes it.
    private static byte[] Index(List<List<TensorSource>> shards, List<string> names, long total)
    {
        var json = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{{\n  \"metadata\": {{\n    \"total_size\": {total}\n  }},\n  \"weight_map\": {{\n"));
        var map = shards.SelectMany((shard, i) => shard.Select(t => (t.Name, File: names[i]))).OrderBy(m => m.Name, StringComparer.Ordinal).ToList();
        for (var i = 0; i < map.Count; i++)
        {
            SafetensorsWriter.AppendString(json.Append("    "), map[i].Name).Append(": ");
            SafetensorsWriter.AppendString(json, map[i].File).Append(i + 1 < map.Count ? ",\n" : "\n");
        }

        return Encoding.UTF8.GetBytes(json.Append("  }\n}\n").ToString());
    }

    private static bool IsOurs(string file, string stem)
        => file.StartsWith(stem, StringComparison.Ordinal) && Suffix().IsMatch(file.AsSpan(stem.Length));

    [GeneratedRegex(@"\A(-[0-9]{5}-of-[0-9]{5})?\.safetensors(\.index\.json)?\z")]
    private static partial Regex Suffix();
}
