using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LoraDiff.Conversion;

/// <summary>Settings records to and from JSON: snake_case keys and values, an unknown key is an error, and messages name the key.</summary>
internal static class Settings
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>Throws unless a value is in range.</summary>
    public static void Require(bool holds, string key, object? value, string expected)
    {
        if (!holds)
        {
            throw new RecipeException($"{key} is {Show(value)}; it must be {expected}.");
        }
    }

    public static string ToJson<T>(T settings) => JsonSerializer.Serialize(settings, Options);

    /// <summary>The settings as a JSON object.</summary>
    public static JsonObject ToNode<T>(T settings) => JsonSerializer.SerializeToNode(settings, Options)!.AsObject();

    public static T FromJson<T>(string json, string source)
        where T : class
    {
        try
        {
            return FromNode<T>(JsonNode.Parse(json), source);
        }
        catch (JsonException e)
        {
            throw new RecipeException($"{source} is not JSON: {e.Message}", e);
        }
    }

    /// <summary>The settings with one key set from text, as a command line gives it.</summary>
    public static T With<T>(T settings, string key, string value)
        where T : class
    {
        var root = ToNode(settings);
        var parts = key.Split('.');
        var parent = root;
        var type = typeof(T);
        for (var i = 0; i < parts.Length; i++)
        {
            var known = Properties(type);
            if (!known.TryGetValue(parts[i], out var property))
            {
                throw UnknownKey(key, typeof(T));
            }

            if (i == parts.Length - 1)
            {
                parent[parts[i]] = Parse(property, key, value);
            }
            else if (parent[parts[i]] is JsonObject child)
            {
                (parent, type) = (child, property);
            }
            else
            {
                throw UnknownKey(key, typeof(T));
            }
        }

        return FromNode<T>(root, $"'{key}={value}'");
    }

    /// <summary>Every key, those of nested records with a dot.</summary>
    public static IReadOnlyList<string> Keys(Type type) =>
        [.. Properties(type).SelectMany(p => IsRecord(p.Value) ? Keys(p.Value).Select(k => $"{p.Key}.{k}") : [p.Key]).Order(StringComparer.Ordinal)];

    private static T FromNode<T>(JsonNode? node, string source)
        where T : class
    {
        if (node is not JsonObject root)
        {
            throw new RecipeException($"{source} must be a JSON object.");
        }

        RequireKnown(root, typeof(T), "", source);
        try
        {
            return root.Deserialize<T>(Options)!;
        }
        catch (JsonException e)
        {
            var key = e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : e.Path ?? "$";
            throw new RecipeException($"{source}: '{key}' is {At(root, key)}; expected {Expected(typeof(T), key)}.", e);
        }
    }

    private static void RequireKnown(JsonObject found, Type type, string prefix, string source)
    {
        var known = Properties(type);
        foreach (var (key, value) in found)
        {
            if (!known.TryGetValue(key, out var property))
            {
                throw new RecipeException($"{source}: unknown key '{prefix}{key}'. Known keys: {string.Join(", ", Keys(type).Select(k => prefix + k))}.");
            }

            if (value is JsonObject child && IsRecord(property))
            {
                RequireKnown(child, property, $"{prefix}{key}.", source);
            }
        }
    }

    private static JsonValue? Parse(Type type, string key, string value)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new RecipeException($"'{key}={value}': the value is missing; expected {Describe(type)}.");
        }

        if (value == "null" && (!type.IsValueType || target != type))
        {
            return null;
        }

        return target switch
        {
            _ when target == typeof(string) || target.IsEnum => JsonValue.Create(value),
            _ when target == typeof(bool) && bool.TryParse(value, out var flag) => JsonValue.Create(flag),
            _ when (target == typeof(int) || target == typeof(long)) && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when target == typeof(double) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
            _ => throw new RecipeException($"'{key}={value}': expected {Describe(type)}."),
        };
    }

    private static RecipeException UnknownKey(string key, Type type) => new($"Unknown key '{key}'. Known keys: {string.Join(", ", Keys(type))}.");

    private static string Expected(Type type, string key)
    {
        foreach (var part in key.Split('.'))
        {
            if (!Properties(type).TryGetValue(part, out var property))
            {
                break;
            }

            type = property;
        }

        return Describe(type);
    }

    private static string Describe(Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        var text = target switch
        {
            _ when target.IsEnum => "one of " + string.Join(", ", Enum.GetNames(target).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)),
            _ when target == typeof(bool) => "true or false",
            _ when target == typeof(int) => $"a whole number of at most {int.MaxValue}",
            _ when target == typeof(long) => $"a whole number of at most {long.MaxValue}",
            _ when target == typeof(double) => "a finite number",
            _ when target == typeof(string) => "a string",
            _ => "an object",
        };
        return target == type ? text : text + ", or null";
    }

    private static string At(JsonObject root, string key)
    {
        JsonNode? node = root;
        foreach (var part in key.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node?.ToJsonString() ?? "null";
    }

    private static FrozenDictionary<string, Type> Properties(Type type) =>
        Options.GetTypeInfo(type).Properties.Where(p => p.Set is not null || p.Get is not null).ToFrozenDictionary(p => p.Name, p => p.PropertyType, StringComparer.Ordinal);

    private static bool IsRecord(Type type) => !type.IsPrimitive && !type.IsEnum && type != typeof(string) && Nullable.GetUnderlyingType(type) is null && Options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object;

    private static string Show(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        Enum name => JsonNamingPolicy.SnakeCaseLower.ConvertName(name.ToString()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null",
    };
}
