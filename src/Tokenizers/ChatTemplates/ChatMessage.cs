using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who says it: system, user, assistant or tool, as the template knows them.</param>
/// <param name="Content">What is said: text, or a list of parts; null where a message has only tool calls.</param>
public sealed record ChatMessage(string Role, object? Content)
{
    /// <summary>More members, such as <c>tool_calls</c> or <c>reasoning_content</c>: text, numbers, lists, dictionaries or JSON.</summary>
    public IReadOnlyDictionary<string, object?>? Fields { get; init; }

    /// <summary>A system message.</summary>
    /// <param name="content">What it says.</param>
    public static ChatMessage System(string content) => new("system", content);

    /// <summary>A user's message.</summary>
    /// <param name="content">What it says.</param>
    public static ChatMessage User(string content) => new("user", content);

    /// <summary>An assistant's message.</summary>
    /// <param name="content">What it says.</param>
    public static ChatMessage Assistant(string content) => new("assistant", content);

    internal PythonDict ToValue()
    {
        var dict = new PythonDict();
        dict.Set("role", Role);
        dict.Set("content", ValueReader.Read(Content));
        foreach (var (name, value) in Fields ?? new Dictionary<string, object?>())
        {
            dict.Set(name, ValueReader.Read(value));
        }

        return dict;
    }
}
