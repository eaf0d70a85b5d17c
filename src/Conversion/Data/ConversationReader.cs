using System.Text.Json;

namespace LoraDiff.Conversion.Data;

/// <summary>Reads the messages and tools of a JSON line.</summary>
internal static class ConversationReader
{
    /// <summary>The messages, as <c>role</c> and <c>content</c> or as <c>from</c> and <c>value</c>.</summary>
    public static List<DataTurn> Turns(JsonElement value, string key, string location)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new DataException($"{location}: \"{key}\" must be an array; found {JsonRecord.Name(value.ValueKind)}.");
        }

        List<DataTurn> turns = [];
        foreach (var item in value.EnumerateArray())
        {
            turns.Add(Turn(item, $"{location}: {key}[{turns.Count}]"));
        }

        return turns.Any(t => t.Role == "assistant") ? turns : throw new DataException($"{location}: no message of role assistant, so there is nothing to learn.");
    }

    /// <summary>The tools of a record, or null.</summary>
    public static JsonElement? Tools(JsonMembers members, string key, string location)
    {
        if (members.Find(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                using var inner = JsonDocument.Parse(value.GetString()!);
                value = inner.RootElement.Clone();
            }
            catch (JsonException e)
            {
                throw new DataException($"{location}: \"{key}\" is a text that is not JSON: {e.Message}", e);
            }
        }

        return value.ValueKind != JsonValueKind.Array ? throw new DataException($"{location}: \"{key}\" must be an array of tools; found {JsonRecord.Name(value.ValueKind)}.")
            : value.GetArrayLength() == 0 ? null : value.Clone();
    }

    private static DataTurn Turn(JsonElement item, string place)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new DataException($"{place} must be an object with \"role\" and \"content\".");
        }

        if (Optional(item, "role", place) is not { } role)
        {
            return Optional(item, "from", place) is { } from
                ? new DataTurn(RoleOf(from, place), Optional(item, "value", place) ?? throw new DataException($"{place} lacks \"value\"."))
                : throw new DataException($"{place} lacks \"role\".");
        }

        Dictionary<string, object?>? fields = null;
        foreach (var member in item.EnumerateObject())
        {
            if (member.Name is not ("role" or "content") && member.Value.ValueKind != JsonValueKind.Null)
            {
                (fields ??= new(StringComparer.Ordinal))[member.Name] = member.Value.Clone();
            }
        }

        var content = Content(item, place);
        return content is not null || fields?.ContainsKey("tool_calls") == true ? new DataTurn(role, content) { Fields = fields } : throw new DataException($"{place} lacks \"content\".");
    }

    private static string? Content(JsonElement item, string place)
    {
        if (!item.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
        {
            return Optional(item, "content", place);
        }

        return string.Concat(content.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.Object && Optional(part, "type", place) == "text" && Optional(part, "text", place) is { } text
            ? text
            : throw new DataException($"{place}: \"content\" has a part that is not text; only {{\"type\": \"text\", \"text\": …}} can be learnt.")));
    }

    private static string? Optional(JsonElement item, string key, string place) => !item.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new DataException($"{place}: \"{key}\" must be a string; found {JsonRecord.Name(value.ValueKind)}.");

    private static string RoleOf(string from, string place) => from switch
    {
        "human" or "user" => "user",
        "gpt" or "chatgpt" or "assistant" or "model" or "bot" => "assistant",
        "system" => "system",
        "tool" or "observation" => "tool",
        _ => throw new DataException($"{place} is from \"{from}\"; expected human, gpt, system or tool. Write such messages with \"role\" and \"content\"."),
    };
}
