namespace LoraDiff.Conversion.Data;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who speaks: usually <c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">What is said; null where there are only tool calls.</param>
public sealed record DataTurn(string Role, string? Content)
{
    /// <summary>More members for the chat template, such as <c>tool_calls</c>, <c>name</c> or <c>reasoning_content</c>, as JSON; null for none.</summary>
    public IReadOnlyDictionary<string, object?>? Fields { get; init; }
}
