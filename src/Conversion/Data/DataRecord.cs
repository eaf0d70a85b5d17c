using System.Text.Json;

namespace LoraDiff.Conversion.Data;

/// <summary>One line of a JSONL file: <c>{"prompt", "completion"}</c>, <c>{"text"}</c> or <c>{"messages": [{"role", "content"}]}</c>, each with <c>answer</c> and <c>kind</c> if they are there. Other keys are ignored.</summary>
public sealed record DataRecord
{
    private DataRecord()
    {
    }

    /// <summary>Where it stands: <c>file:line</c>.</summary>
    public required string Location { get; init; }

    /// <summary>The question, or null.</summary>
    public string? Prompt { get; private init; }

    /// <summary>The text to learn after the prompt, or null.</summary>
    public string? Completion { get; private init; }

    /// <summary>A whole text to learn, or null.</summary>
    public string? Text { get; private init; }

    /// <summary>A conversation, or null.</summary>
    public IReadOnlyList<DataTurn>? Messages { get; private init; }

    /// <summary>The exact answer to look for in an evaluation, or null.</summary>
    public string? Answer { get; private init; }

    /// <summary>What kind of task it is, or null.</summary>
    public string? Kind { get; private init; }

    /// <summary>Reads one line.</summary>
    /// <param name="line">The JSON object.</param>
    /// <param name="location"><c>file:line</c>, for messages.</param>
    /// <exception cref="DataException">It is not such an object.</exception>
    public static DataRecord Parse(string line, string location)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new DataException($"{location}: expected a JSON object, found {root.ValueKind.ToString().ToLowerInvariant()}.");
            }

            var record = new DataRecord
            {
                Location = location,
                Prompt = StringAt(root, "prompt", location),
                Completion = StringAt(root, "completion", location),
                Text = StringAt(root, "text", location),
                Messages = Turns(root, location),
                Answer = StringAt(root, "answer", location),
                Kind = StringAt(root, "kind", location),
            };
            var forms = (record.Prompt is not null || record.Completion is not null ? 1 : 0) + (record.Text is not null ? 1 : 0) + (record.Messages is not null ? 1 : 0);
            if (forms != 1 || (record.Prompt is null != record.Completion is null))
            {
                var keys = string.Join(", ", root.EnumerateObject().Select(p => p.Name));
                throw new DataException($"{location}: expected \"prompt\" and \"completion\", or \"text\", or \"messages\"; found {(keys.Length == 0 ? "no key" : keys)}.");
            }

            return record;
        }
        catch (JsonException e)
        {
            throw new DataException($"{location}: not a line of JSON: {e.Message}", e);
        }
    }

    private static string? StringAt(JsonElement root, string key, string location)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new DataException($"{location}: \"{key}\" must be a string; found {value.ValueKind.ToString().ToLowerInvariant()}.");
    }

    private static List<DataTurn>? Turns(JsonElement root, string location)
    {
        if (!root.TryGetProperty("messages", out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw new DataException($"{location}: \"messages\" must be an array; found {value.ValueKind.ToString().ToLowerInvariant()}.");
        }

        List<DataTurn> turns = [];
        foreach (var item in value.EnumerateArray())
        {
            var place = $"{location}: messages[{turns.Count}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new DataException($"{place} must be an object with \"role\" and \"content\".");
            }

            turns.Add(new DataTurn(
                StringAt(item, "role", place) ?? throw new DataException($"{place} lacks \"role\"."),
                StringAt(item, "content", place) ?? throw new DataException($"{place} lacks \"content\".")));
        }

        if (!turns.Any(t => t.Role == "assistant"))
        {
            throw new DataException($"{location}: no message of role assistant, so there is nothing to learn.");
        }

        return turns;
    }
}
