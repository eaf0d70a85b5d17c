namespace LoraDiff.Conversion.Data;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who speaks: usually <c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What is said.</param>
public sealed record DataTurn(string Role, string Content);
