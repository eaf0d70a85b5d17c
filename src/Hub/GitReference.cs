namespace LoraDiff.Hub;

/// <summary>A branch, tag or pull request and the commit it names.</summary>
/// <param name="Name">Its short name, for example <c>main</c>.</param>
/// <param name="Reference">Its full name, for example <c>refs/heads/main</c>.</param>
/// <param name="Commit">The commit.</param>
public sealed record GitReference(string Name, string Reference, string Commit);
