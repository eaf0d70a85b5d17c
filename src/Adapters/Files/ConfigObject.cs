using System.Text.Json;

namespace LoraDiff.Adapters.Files;

/// <summary>A JSON object read key by key; null and absent are the same, a wrong type is an error that names the key.</summary>
internal sealed class ConfigObject
{
    private readonly Dictionary<string, JsonElement> _values;

    public ConfigObject(JsonElement root, string source)
    {
        Source = source;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new AdapterException($"{source} holds {root.ValueKind}; expected a JSON object.");
        }

        // Of a key written twice the last counts, as in Python.
        _values = [];
        foreach (var property in root.EnumerateObject())
        {
            _values[property.Name] = property.Value;
        }
    }

    public string Source { get; }

    public IEnumerable<string> Keys => _values.Keys;

    public JsonElement this[string key] => _values[key];

    public static int? AsInt(JsonElement value) => AsNumber(value) is { } number && number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;

    public static double? AsNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    public bool Has(string key) => _values.ContainsKey(key);

    public AdapterException Wrong(string key, JsonElement value, string expected)
        => new($"{Source}: {key} is {value.GetRawText()}; expected {expected}.");

    public string? Text(string key) => Present(key) is { } value
        ? value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, value, "a string or null")
        : null;

    public bool Flag(string key) => Present(key) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(key, value, "true or false"),
    };

    public int? Int(string key) => Present(key) is { } value ? AsInt(value) ?? throw Wrong(key, value, $"an integer of at most {int.MaxValue}") : null;

    public double? Number(string key) => Present(key) is { } value ? AsNumber(value) ?? throw Wrong(key, value, "a number") : null;

    public ModulePatterns? Patterns(string key) => Present(key) is { } value
        ? value.ValueKind == JsonValueKind.String ? ModulePatterns.Matching(value.GetString()!) : ModulePatterns.Of(Strings(key, value))
        : null;

    public OneOrMany<string>? Words(string key) => Present(key) is { } value
        ? value.ValueKind == JsonValueKind.String ? (OneOrMany<string>)value.GetString()! : OneOrMany.Of<string>(Strings(key, value))
        : null;

    public OneOrMany<int>? Layers(string key) => Present(key) is { } value
        ? value.ValueKind == JsonValueKind.Array
            ? OneOrMany.Of<int>([.. value.EnumerateArray().Select(item => AsInt(item) ?? throw Wrong(key, value, "integers"))])
            : (OneOrMany<int>)(AsInt(value) ?? throw Wrong(key, value, "an integer or a list of integers"))
        : null;

    public OrderedDictionary<string, T> Map<T>(string key, Func<JsonElement, string, T> read)
    {
        var map = new OrderedDictionary<string, T>(StringComparer.Ordinal);
        if (Present(key) is { } value)
        {
            foreach (var item in Object(key, value))
            {
                map[item.Name] = read(item.Value, $"{key}['{item.Name}']");
            }
        }

        return map;
    }

    public TokenRows? Tokens(string key) => Present(key) is { } value
        ? value.ValueKind == JsonValueKind.Array
            ? TokenRows.Of(Rows(key, value))
            : value.ValueKind != JsonValueKind.Object ? throw Wrong(key, value, "a list of token ids, or an object of such lists by module")
        : TokenRows.In(Object(key, value).ToDictionary(item => item.Name, item => (IReadOnlyList<long>)Rows(key, item.Value)))
        : null;

    private JsonElement? Present(string key) => _values.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private JsonElement.ObjectEnumerator Object(string key, JsonElement value)
        => value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw Wrong(key, value, "an object");

    private string[] Strings(string key, JsonElement value)
        => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Wrong(key, value, "a string or a list of strings");

    private long[] Rows(string key, JsonElement value)
        => value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var row) ? row : throw Wrong(key, value, "token ids"))]
            : throw Wrong(key, value, "a list of token ids");
}
