namespace LoraDiff.Safetensors;

/// <summary>The tensors of one safetensors file, or of all the shards of an index, opened together. Reading is thread-safe.</summary>
public sealed class SafetensorsSet : IDisposable
{
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsTensor Tensor)> _byName;

    private SafetensorsSet(string path, IReadOnlyList<SafetensorsFile> files, IEnumerable<(SafetensorsFile File, SafetensorsTensor Tensor)> tensors)
    {
        Path = path;
        Files = files;
        _byName = tensors.ToDictionary(t => t.Tensor.Name, StringComparer.Ordinal);
        Tensors = [.. _byName.Values.Select(t => t.Tensor)];
    }

    /// <summary>The file or index that was opened.</summary>
    public string Path { get; }

    /// <summary>The open files: one, or the shards.</summary>
    public IReadOnlyList<SafetensorsFile> Files { get; }

    /// <summary>All tensors: those of the file, or those that the index maps.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>Opens a <c>.json</c> shard index with everything it names, or a single safetensors file.</summary>
    /// <exception cref="SafetensorsException">A rule is broken; missing shards, and tensors that are not in their shard, are all named at once.</exception>
    public static SafetensorsSet Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OpenIndex(ShardIndex.Read(path)) : OpenSingle(SafetensorsFile.Open(path));
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="SafetensorsException">There is none.</exception>
    public SafetensorsTensor this[string name] => Find(name).Tensor;

    /// <summary>The file that holds a tensor.</summary>
    public SafetensorsFile FileOf(string name) => Find(name).File;

    /// <summary>Reads a tensor's bytes to an address, without any copy in between.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">Where its first byte goes.</param>
    /// <param name="length">The length of the memory there, which must be the tensor's.</param>
    /// <param name="cancellationToken">Looked at every few megabytes.</param>
    public void Read(string name, nint destination, long length, CancellationToken cancellationToken = default)
    {
        var (file, tensor) = Find(name);
        file.Read(tensor, destination, length, cancellationToken);
    }

    /// <summary>Reads a tensor's bytes into memory of exactly its length.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">Filled completely, unless cancelled.</param>
    /// <param name="cancellationToken">Looked at every few megabytes.</param>
    public void Read(string name, Span<byte> destination, CancellationToken cancellationToken = default)
    {
        var (file, tensor) = Find(name);
        file.Read(tensor, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in Files)
        {
            file.Dispose();
        }
    }

    private (SafetensorsFile File, SafetensorsTensor Tensor) Find(string name) => _byName.TryGetValue(name, out var found)
        ? found
        : throw new SafetensorsException(SafetensorsRule.TensorNotFound, Path, name, $"not among the {_byName.Count} tensors.");

    private static SafetensorsSet OpenSingle(SafetensorsFile file) => new(file.Path, [file], file.Tensors.Select(t => (file, t)));

    private static SafetensorsSet OpenIndex(ShardIndex index)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(index.Path))!;
        var paths = index.Shards.ToDictionary(s => s, s => System.IO.Path.Combine(folder, s), StringComparer.Ordinal);
        var missing = paths.Where(p => IsMissing(index.Path, p.Key, p.Value)).Select(p => p.Key).ToArray();
        if (missing.Length > 0)
        {
            throw new SafetensorsException(SafetensorsRule.MissingShard, index.Path, null,
                $"{missing.Length} of {paths.Count} shards do not exist in {folder}: {string.Join(", ", missing)}. Was the download interrupted?");
        }

        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (var (shard, path) in paths)
            {
                files.Add(shard, SafetensorsFile.Open(path));
            }

            var astray = index.WeightMap.Where(m => !files[m.Value].Contains(m.Key)).ToArray();
            if (astray.Length > 0)
            {
                throw new SafetensorsException(SafetensorsRule.TensorNotFound, index.Path, astray[0].Key,
                    $"{astray.Length} mapped tensors are not in the shard named for them: {string.Join(", ", astray.Take(20).Select(m => $"{SafetensorsException.Printable(m.Key)} in {m.Value}"))}{(astray.Length > 20 ? ", …" : "")}.");
            }

            return new SafetensorsSet(index.Path, [.. files.Values], index.WeightMap.Select(m => (files[m.Value], files[m.Value][m.Key])));
        }
        catch
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }

            throw;
        }
    }

    /// <summary>Whether nothing is there; what is there but cannot be a shard is refused. Links are followed: the Hub's cache consists of them.</summary>
    private static bool IsMissing(string index, string shard, string path)
    {
        if (string.Equals(System.IO.Path.GetFullPath(index), System.IO.Path.GetFullPath(path), StringComparison.Ordinal))
        {
            throw new SafetensorsException(SafetensorsRule.InvalidShard, index, null, $"shard '{shard}' is the index itself.");
        }

        if (Directory.Exists(path))
        {
            throw new SafetensorsException(SafetensorsRule.InvalidShard, index, null, $"shard '{shard}' is a folder.");
        }

        var entry = new FileInfo(path);
        if (entry.LinkTarget is null)
        {
            return !entry.Exists;
        }

        try // a link that leads nowhere "exists" for the framework
        {
            return entry.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true };
        }
        catch (IOException e)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidShard, index, null, $"shard '{shard}' is a symbolic link that cannot be followed: {e.Message}", e);
        }
    }
}
