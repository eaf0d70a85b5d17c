using System.Text.Json;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>A JSON object read key by key with messages that name file and key, and a record of the keys nobody asked for.</summary>
internal sealed class JsonConfig
{
    private readonly JsonElement _root;
    private readonly string _prefix;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private JsonConfig(string path, JsonElement root, string prefix)
    {
        Path = path;
        _root = root;
        _prefix = prefix;
    }

    public string Path { get; }

    /// <summary>Keys that no method below was asked about, in file order.</summary>
    public IEnumerable<(string Key, JsonElement Value)> Unread => _root.EnumerateObject().Where(p => !_seen.Contains(p.Name)).Select(p => (p.Name, p.Value));

    public static JsonConfig Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException(path, "the file does not exist.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new CheckpointException(path, $"cannot be read: {e.Message} Give this user the right to read it, or another folder.", e);
        }
    }

    public static JsonConfig Parse(string path, ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            RequireText(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonConfig(path, document.RootElement.Clone(), "")
                : throw new CheckpointException(path, $"holds {document.RootElement.ValueKind} where a JSON object belongs.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(path, $"is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Whether the key is there with a value other than null; counts as read.</summary>
    public bool Has(string key) => Get(key) is not null;

    public int Int(string key) => OptionalInt(key) ?? throw Missing(key);

    public int? OptionalInt(string key)
    {
        if (Get(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(key, value, "a 32-bit integer");
    }

    /// <summary>A size: an integer of at least one.</summary>
    public int Size(string key) => OptionalSize(key) ?? throw Missing(key);

    public int? OptionalSize(string key) => OptionalInt(key) is not { } number || number > 0
        ? OptionalInt(key)
        : throw new CheckpointException(Path, $"'{_prefix}{key}' is {number}; it must be positive.");

    public double? OptionalNumber(string key)
    {
        if (Get(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && double.IsFinite(number) ? number : throw Wrong(key, value, "a number");
    }

    public bool Bool(string key, bool fallback = false) => Get(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(key, other, "true or false"),
    };

    public string Text(string key) => OptionalText(key) ?? throw Missing(key);

    public string? OptionalText(string key) => Get(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw Wrong(key, other, "a string"),
    };

    /// <summary>An id or a list of ids; empty where absent.</summary>
    public IReadOnlyList<int> Ids(string key)
    {
        if (Get(key) is not { } value)
        {
            return [];
        }

        var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        return Array.ConvertAll(items, i => i.ValueKind == JsonValueKind.Number && i.TryGetInt32(out var id) && id >= 0 ? id : throw Wrong(key, value, "a token id or a list of them"));
    }

    public IReadOnlyList<string>? OptionalTexts(string key)
    {
        if (Get(key) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(i => i.GetString()!)]
            : throw Wrong(key, value, "a list of strings");
    }

    public JsonConfig? OptionalObject(string key) => Get(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new JsonConfig(Path, value, $"{_prefix}{key}."),
        { } other => throw Wrong(key, other, "an object"),
    };

    public JsonElement? Get(string key)
    {
        _seen.Add(key);
        return _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>The error for a value that is understood but not supported.</summary>
    public CheckpointException Refuse(string key, string why)
        => new(Path, $"'{_prefix}{key}' is {Shown(Get(key))}: {why}");

    public static string Shown(JsonElement? value)
        => value?.GetRawText() is not { } text ? "null" : text.Length > 100 ? string.Concat(text.AsSpan(0, 100), "…") : text;

    // Escaped surrogates without partner are only noticed when a string is read, which would otherwise be anywhere.
    private static void RequireText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    RequireText(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    RequireText(property.Value);
                }

                break;
        }
    }

    private CheckpointException Missing(string key) => new(Path, $"'{_prefix}{key}' is missing.");

    private CheckpointException Wrong(string key, JsonElement value, string expected) => new(Path, $"'{_prefix}{key}' is {Shown(value)}; expected {expected}.");
}
