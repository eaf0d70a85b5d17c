namespace LoraDiff.Hub;

/// <summary>The account that a token belongs to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FullName">Its full name, or null.</param>
/// <param name="Organizations">The organizations it belongs to.</param>
/// <param name="TokenRole">What the token may do: <c>read</c>, <c>write</c>, <c>fineGrained</c>.</param>
public sealed record HubUser(string Name, string? FullName, IReadOnlyList<string> Organizations, string? TokenRole);
