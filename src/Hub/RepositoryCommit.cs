namespace LoraDiff.Hub;

/// <summary>A commit of a repository's history.</summary>
/// <param name="Id">Its hash, 40 hexadecimal digits.</param>
/// <param name="Title">First line of its message.</param>
/// <param name="Message">The rest of its message.</param>
/// <param name="Date">When it was made.</param>
/// <param name="Authors">The accounts that made it.</param>
public sealed record RepositoryCommit(string Id, string Title, string Message, DateTimeOffset? Date, IReadOnlyList<string> Authors);
