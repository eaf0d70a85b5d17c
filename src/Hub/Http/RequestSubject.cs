namespace LoraDiff.Hub.Http;

/// <summary>What a request is about.</summary>
internal sealed record RequestSubject(RepositoryId? Repository = null, string? Revision = null, string? Path = null)
{
    public override string ToString() => Repository is null ? "the Hub" : Path is null ? $"{Repository}{(Revision is null ? "" : $"@{Revision}")}" : $"{Path} in {Repository}{(Revision is null ? "" : $"@{Revision}")}";
}
