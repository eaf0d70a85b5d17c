using LoraDiff.Hub.Errors;

namespace LoraDiff.Hub.Http;

/// <summary>What a request is about, and what its last answer says of itself.</summary>
internal sealed record RequestSubject(RepositoryId? Repository = null, string? Revision = null, string? Path = null)
{
    /// <summary>For errors that are found when the answer is read.</summary>
    internal HubFailure Answer { get; set; }

    public override string ToString() => Repository is null ? "the Hub" : Path is null ? $"{Repository}{(Revision is null ? "" : $"@{Revision}")}" : $"{Path} in {Repository}{(Revision is null ? "" : $"@{Revision}")}";
}
