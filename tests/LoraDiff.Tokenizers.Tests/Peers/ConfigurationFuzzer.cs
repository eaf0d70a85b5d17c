using System.Text.Json.Nodes;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>Breaks a tokenizer.json in one place: a member left out, renamed, of another type, or with another value of its kind.</summary>
internal sealed class ConfigurationFuzzer(int seed)
{
    // Vocabulary and merges are large: they are broken on purpose, and not by chance.
    private const int MostItems = 60;

    private static readonly string[] Texts = ["", "a", "##", "Isolated", "Removed", "MergedWithNext", "Contiguous", "always", "never", "sometimes", "[", "(?i:a)", "<s>", "<unk>", "▁", "ByteLevel", "NFC", "Lowercase"];

    private readonly Random _random = new(seed);

    /// <summary>The broken configuration, and what was done to it.</summary>
    public (string Json, string What) Next(string json)
    {
        var root = JsonNode.Parse(json)!;
        List<(JsonNode Parent, string? Name, int Index, string Path)> places = [];
        Collect(root, "$", places);
        var (parent, name, index, path) = places[_random.Next(places.Count)];
        var what = Break(parent, name, index);
        return (root.ToJsonString(), $"{path}: {what}");
    }

    private static void Collect(JsonNode node, string path, List<(JsonNode, string?, int, string)> places)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToArray())
            {
                places.Add((node, name, -1, $"{path}.{name}"));
                if (value is not null && (value is not JsonObject { Count: > MostItems } and not JsonArray { Count: > MostItems }))
                {
                    Collect(value, $"{path}.{name}", places);
                }
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                places.Add((node, null, i, $"{path}[{i}]"));
                if (items[i] is { } value)
                {
                    Collect(value, $"{path}[{i}]", places);
                }
            }
        }
    }

    private string Break(JsonNode parent, string? name, int index)
    {
        if (_random.Next(5) == 0)
        {
            if (name is null)
            {
                parent.AsArray().RemoveAt(index);
            }
            else
            {
                parent.AsObject().Remove(name);
            }

            return "left out";
        }

        if (name is not null && _random.Next(8) == 0)
        {
            var value = parent[name]?.DeepClone();
            parent.AsObject().Remove(name);
            parent[name + "x"] = value;
            return "renamed";
        }

        var other = Other(name is null ? parent[index] : parent[name]);
        if (name is null)
        {
            parent[index] = other;
        }
        else
        {
            parent[name] = other;
        }

        return $"is now {other?.ToJsonString() ?? "null"}";
    }

    private JsonNode? Other(JsonNode? value)
    {
        var sameKind = _random.Next(2) == 0;
        if (sameKind && value is JsonValue leaf)
        {
            if (leaf.TryGetValue<bool>(out var flag))
            {
                return !flag;
            }

            if (leaf.TryGetValue<int>(out var number))
            {
                return number + _random.Next(-2, 3);
            }

            return Texts[_random.Next(Texts.Length)];
        }

        return _random.Next(8) switch
        {
            0 => null,
            1 => true,
            2 => _random.Next(-1, 5),
            3 => 0.5,
            4 => Texts[_random.Next(Texts.Length)],
            5 => new JsonArray(),
            6 => new JsonObject(),
            _ => new JsonArray("a", 1),
        };
    }
}
