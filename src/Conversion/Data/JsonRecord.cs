using System.Text.Json;

namespace LoraDiff.Conversion.Data;

/// <summary>Finds in a JSON object what is to be learnt, by the columns that were named or else by the names that data sets usually have.</summary>
internal static class JsonRecord
{
    // Prompts and completions as data sets of the Hub name them.
    private static readonly (string Prompt, string Completion)[] Pairs =
    [
        ("prompt", "completion"), ("prompt", "response"), ("question", "answer"), ("question", "response"), ("instruction", "output"), ("instruction", "response"),
        ("query", "answer"), ("query", "response"), ("problem", "solution"), ("input", "output"),
    ];

    private static readonly string[] Conversations = ["messages", "conversations", "conversation"];

    public static DataRecord Read(JsonElement root, string location, DataColumns columns)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new DataException($"{location}: expected a JSON object, found {Name(root.ValueKind)}.{(root.ValueKind == JsonValueKind.Array ? " If the file is one JSON array, write one object a line: jq -c '.[]'." : "")}");
        }

        var form = columns.NamesAForm ? Named(root, location, columns) : Found(root, location);
        var record = new DataRecord
        {
            Location = location,
            Text = form.Text is { } text ? String(root, text, location) : null,
            Completion = form.Completion is { } completion ? String(root, completion, location) : null,
            Prompt = form.Prompt is { } prompt ? Prompt(root, prompt, form.Input ?? columns.Input, location) : null,
            System = form.Prompt is not null && columns.System is { } system && Optional(root, system, location) is { Length: > 0 } said ? said : null,
            Messages = form.Messages is { } messages ? ConversationReader.Turns(root.GetProperty(messages), messages, location) : null,
            Tools = form.Messages is not null ? ConversationReader.Tools(root, columns.Tools ?? "tools", location) : null,
            Kind = Optional(root, columns.Kind ?? "kind", location),
            // Where a data set's own "answer" is the text to learn, it need not be a checkable answer besides.
            Answer = form.Completion == "answer" && columns.Answer is null ? null : Optional(root, columns.Answer ?? "answer", location),
        };
        return record;
    }

    public static string? Optional(JsonElement root, string key, string location)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new DataException($"{location}: \"{key}\" must be a string; found {Name(value.ValueKind)}.");
    }

    public static string Name(JsonValueKind kind) => kind.ToString().ToLowerInvariant();

    private static RecordForm Named(JsonElement root, string location, DataColumns columns)
    {
        foreach (var key in (string?[])[columns.Prompt, columns.Completion, columns.Text, columns.Messages])
        {
            if (key is not null && !Has(root, key))
            {
                throw new DataException($"{location}: there is no \"{key}\", which a column was said to be; found {Keys(root)}.");
            }
        }

        return new RecordForm(columns.Prompt, columns.Completion, null, columns.Text, columns.Messages);
    }

    private static RecordForm Found(JsonElement root, string location)
    {
        List<RecordForm> forms = [];
        if (Has(root, "text"))
        {
            forms.Add(new RecordForm(null, null, null, "text", null));
        }

        foreach (var key in Conversations)
        {
            if (Has(root, key))
            {
                forms.Add(new RecordForm(null, null, null, null, key));
            }
        }

        foreach (var (prompt, completion) in Pairs)
        {
            if (Has(root, prompt) && Has(root, completion) && !(prompt == "input" && Has(root, "instruction")))
            {
                forms.Add(new RecordForm(prompt, completion, prompt == "instruction" ? "input" : null, null, null));
                if (completion == "completion")
                {
                    break;   // the names of our own: others beside them are something else
                }
            }
        }

        return forms.Count switch
        {
            1 => forms[0],
            0 => throw new DataException($"{location}: expected \"prompt\" and \"completion\", or \"text\", or \"messages\"; found {Keys(root)}. Other names are given as columns: --column prompt=NAME --column completion=NAME."),
            _ => throw new DataException($"{location}: expected \"prompt\" and \"completion\", or \"text\", or \"messages\"; found {Keys(root)}, which fits {string.Join(" and ", forms)}. Say which to take: --column {forms[0].Option}."),
        };
    }

    private static string Prompt(JsonElement root, string key, string? input, string location)
    {
        var prompt = String(root, key, location);
        return input is not null && Optional(root, input, location) is { Length: > 0 } more ? $"{prompt}\n\n{more}" : prompt;
    }

    private static string String(JsonElement root, string key, string location) => Optional(root, key, location)!;

    private static bool Has(JsonElement root, string key) => root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    private static string Keys(JsonElement root)
    {
        var keys = string.Join(", ", root.EnumerateObject().Select(p => p.Name));
        return keys.Length == 0 ? "no key" : keys;
    }
}
