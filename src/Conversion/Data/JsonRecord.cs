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

        var members = new JsonMembers(root);
        var form = columns.NamesAForm ? Named(members, location, columns) : Found(members, location);
        var record = new DataRecord
        {
            Location = location,
            Text = form.Text is { } text ? members.Text(text, location) : null,
            Completion = form.Completion is { } completion ? members.Text(completion, location) : null,
            Prompt = form.Prompt is { } prompt ? Prompt(members, prompt, form.Input ?? columns.Input, location) : null,
            System = form.Prompt is not null && columns.System is { } system && members.Text(system, location) is { Length: > 0 } said ? said : null,
            Messages = form.Messages is { } messages ? ConversationReader.Turns(members.Find(messages)!.Value, messages, location) : null,
            Tools = form.Messages is not null ? ConversationReader.Tools(members, columns.Tools ?? "tools", location) : null,
            Kind = members.Text(columns.Kind ?? "kind", location),
            // Where a data set's own "answer" is the text to learn, it need not be a checkable answer besides.
            Answer = form.Completion == "answer" && columns.Answer is null ? null : members.Text(columns.Answer ?? "answer", location),
        };
        return record;
    }

    public static string Name(JsonValueKind kind) => kind.ToString().ToLowerInvariant();

    private static RecordForm Named(JsonMembers members, string location, DataColumns columns)
    {
        foreach (var key in (string?[])[columns.Prompt, columns.Completion, columns.Text, columns.Messages])
        {
            if (key is not null && !members.Has(key))
            {
                throw new DataException($"{location}: there is no \"{key}\", which a column was said to be; found {members.Names}.");
            }
        }

        return new RecordForm(columns.Prompt, columns.Completion, null, columns.Text, columns.Messages);
    }

    private static RecordForm Found(JsonMembers members, string location)
    {
        List<RecordForm> forms = [];
        if (members.Has("text"))
        {
            forms.Add(new RecordForm(null, null, null, "text", null));
        }

        foreach (var key in Conversations)
        {
            if (members.Has(key))
            {
                forms.Add(new RecordForm(null, null, null, null, key));
            }
        }

        foreach (var (prompt, completion) in Pairs)
        {
            if (members.Has(prompt) && members.Has(completion) && !(prompt == "input" && members.Has("instruction")))
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
            0 => throw new DataException($"{location}: expected \"prompt\" and \"completion\", or \"text\", or \"messages\"; found {members.Names}. Other names are given as columns: --column prompt=NAME --column completion=NAME."),
            _ => throw new DataException($"{location}: expected \"prompt\" and \"completion\", or \"text\", or \"messages\"; found {members.Names}, which fits {string.Join(" and ", forms)}. Say which to take: --column {forms[0].Option}."),
        };
    }

    private static string Prompt(JsonMembers members, string key, string? input, string location)
    {
        var prompt = members.Text(key, location)!;
        return input is not null && members.Text(input, location) is { Length: > 0 } more ? $"{prompt}\n\n{more}" : prompt;
    }
}
