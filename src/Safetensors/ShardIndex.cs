using System.Text.Json;
using System.Text.Unicode;

namespace LoraDiff.Safetensors;

/// <summary>A shard index (<c>model.safetensors.index.json</c>): which file holds which tensor. Names are checked, files are not opened.</summary>
public sealed class ShardIndex
{
    private ShardIndex(string path, OrderedDictionary<string, string> weightMap)
    {
        Path = path;
        WeightMap = weightMap;
    }

    /// <summary>The index file.</summary>
    public string Path { get; }

    /// <summary>Tensor name to shard name, in the order of the index. A shard name is a plain relative path below the index's folder.</summary>
    public IReadOnlyDictionary<string, string> WeightMap { get; }

    /// <summary>The distinct shard names, in order of first mention.</summary>
    public IReadOnlyList<string> Shards => [.. WeightMap.Values.Distinct(StringComparer.Ordinal)];

    /// <summary>Reads an index. <c>metadata</c> (total size and more) is advice that nothing here depends on, and is passed over.</summary>
    /// <exception cref="SafetensorsException">It is not an index, repeats a name, or names a shard outside its folder.</exception>
    public static ShardIndex Read(string path)
    {
        if (new FileInfo(path).Length > SafetensorsHeader.MaxLength)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidIndex, path, null, $"the index is longer than {SafetensorsHeader.MaxLength} bytes.");
        }

        var text = File.ReadAllBytes(path);
        if (!Utf8.IsValid(text))
        {
            throw new SafetensorsException(SafetensorsRule.InvalidIndex, path, null, "the index is not UTF-8.");
        }

        var map = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        string? duplicate = null;
        try
        {
            Parse(text, map, ref duplicate);
        }
        catch (JsonException e)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidIndex, path, null, $"not a shard index: {e.Message}", e);
        }

        if (duplicate is not null)
        {
            var tensor = map.ContainsKey(duplicate) ? duplicate : null;
            throw new SafetensorsException(SafetensorsRule.DuplicateName, path, tensor, $"{(tensor is null ? SafetensorsException.Printable(duplicate) : "the name")} is given twice in the index.");
        }

        foreach (var (tensor, shard) in map)
        {
            if (!IsSafe(shard))
            {
                throw new SafetensorsException(SafetensorsRule.UnsafePath, path, tensor,
                    $"its shard '{SafetensorsException.Printable(shard)}' is not a plain relative path below the index's folder.");
            }
        }

        return new ShardIndex(path, map);
    }

    /// <summary>Relative, '/' between non-empty parts, and nothing that leads elsewhere on any system: '..', '.', drives, schemes, backslashes, control characters.</summary>
    internal static bool IsSafe(string shard)
        => shard.Length > 0
            && !shard.Any(c => c is '\\' or ':' || char.IsControl(c))
            && shard.Split('/').All(part => part is not ("" or "." or ".."));

    private static void Parse(ReadOnlySpan<byte> text, OrderedDictionary<string, string> map, ref string? duplicate)
    {
        var reader = new Utf8JsonReader(text, StrictJson.Options);
        StrictJson.Advance(ref reader);
        ExpectObject(ref reader, "The root");
        var hasMap = false;
        while (NextName(ref reader, out var member))
        {
            if (member != "weight_map")
            {
                StrictJson.Skip(ref reader);
                continue;
            }

            if (hasMap)
            {
                duplicate ??= member;
            }

            hasMap = true;
            ExpectObject(ref reader, member);
            while (NextName(ref reader, out var tensor))
            {
                if (reader.TokenType != JsonTokenType.String)
                {
                    throw new JsonException($"'{SafetensorsException.Printable(tensor)}' is mapped to {StrictJson.Describe(ref reader)} instead of a file name.");
                }

                if (!map.TryAdd(tensor, StrictJson.String(ref reader)))
                {
                    duplicate ??= tensor;
                }
            }
        }

        StrictJson.ExpectEnd(ref reader);
        if (!hasMap)
        {
            throw new JsonException("weight_map is missing.");
        }
    }

    private static bool NextName(ref Utf8JsonReader reader, out string name)
    {
        StrictJson.Advance(ref reader);
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = StrictJson.String(ref reader);
        StrictJson.Advance(ref reader);
        return true;
    }

    private static void ExpectObject(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"{what} is {StrictJson.Describe(ref reader)} instead of an object.");
        }
    }
}
