using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Hosting;

/// <summary>Bundled files, and a folder that goes away.</summary>
internal sealed class Places : IDisposable
{
    public static string Checkpoint { get; } = Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint");

    public static string Train { get; } = Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "data", "train.jsonl");

    public static string Eval { get; } = Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "data", "eval.jsonl");

    public string Folder { get; } = Directory.CreateTempSubdirectory("loradiff-").FullName;

    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
