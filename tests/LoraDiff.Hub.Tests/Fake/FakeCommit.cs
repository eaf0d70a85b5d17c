namespace LoraDiff.Hub.Tests.Fake;

public sealed record FakeCommit(string Id, string? Parent, string Title, string Description, IReadOnlyDictionary<string, FakeFile> Files);
