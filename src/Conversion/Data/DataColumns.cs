namespace LoraDiff.Conversion.Data;

/// <summary>Which keys of a JSON line hold what, for data with other names than <c>prompt</c>, <c>completion</c>, <c>text</c> and <c>messages</c>. Null looks for the usual names.</summary>
/// <remarks>
/// Without any of <see cref="Prompt"/>, <see cref="Completion"/>, <see cref="Text"/> and <see cref="Messages"/> the usual names of the Hugging Face Hub are looked for, and a line that fits more than one of them is an error.
/// </remarks>
public sealed record DataColumns
{
    /// <summary>Key of the prompt; goes with <see cref="Completion"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>Key of the text to learn after the prompt.</summary>
    public string? Completion { get; init; }

    /// <summary>Key of a text that follows the prompt after an empty line, where it is not empty. Without columns <c>input</c> beside <c>instruction</c>.</summary>
    public string? Input { get; init; }

    /// <summary>Key of a system message for a prompt.</summary>
    public string? System { get; init; }

    /// <summary>Key of a whole text to learn.</summary>
    public string? Text { get; init; }

    /// <summary>Key of a conversation: a list of <c>{"role", "content"}</c> or <c>{"from", "value"}</c>.</summary>
    public string? Messages { get; init; }

    /// <summary>Key of the tools that a conversation may call: a list of JSON schemas, or that list as text. Default <c>tools</c>.</summary>
    public string? Tools { get; init; }

    /// <summary>Key of the exact answer for evaluations. Default <c>answer</c>.</summary>
    public string? Answer { get; init; }

    /// <summary>Key of what kind of task it is. Default <c>kind</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether a form is named.</summary>
    internal bool NamesAForm => (Prompt ?? Completion ?? Text ?? Messages) is not null;

    internal void Validate()
    {
        Settings.Require(Prompt is null == Completion is null, Prompt is null ? "columns.prompt" : "columns.completion", null, "set where the other of prompt and completion is");
        var forms = (Prompt is null ? 0 : 1) + (Text is null ? 0 : 1) + (Messages is null ? 0 : 1);
        Settings.Require(forms <= 1, "columns", $"prompt={Prompt}, text={Text}, messages={Messages}", "one of prompt with completion, text, and messages");
        Settings.Require((Input ?? System) is null || Prompt is not null, "columns.input or columns.system", Input ?? System, "used with columns.prompt and columns.completion");
    }
}
