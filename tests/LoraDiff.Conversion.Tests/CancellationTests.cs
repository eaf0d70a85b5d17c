using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Publishing;
using LoraDiff.Fixtures;

namespace LoraDiff.Conversion.Tests;

/// <summary>Public operations that take long stop where they are asked to.</summary>
public sealed class CancellationTests : IDisposable
{
    private static readonly CancellationToken Cancelled = new(canceled: true);
    private static readonly string SmallWorld = Path.Combine(FixtureFolder.Repository, "samples", "smallworld");
    private readonly string _folder = Directory.CreateTempSubdirectory("loradiff-").FullName;

    private static string Checkpoint => Path.Combine(SmallWorld, "checkpoint");

    private static string Adapter => Path.Combine(SmallWorld, "adapter");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LanguageModel_LoadedCancelled_Throws()
        => Assert.ThrowsAny<OperationCanceledException>(() => LanguageModel.Load(Checkpoint, Adapter, new ModelLoadOptions { CancellationToken = Cancelled }).Dispose());

    [Fact]
    public void LoadAdapter_Cancelled_LeavesTheModelWithoutOne()
    {
        using var model = LanguageModel.Load(Checkpoint);

        Assert.ThrowsAny<OperationCanceledException>(() => model.LoadAdapter(Adapter, Cancelled));

        Assert.Null(model.Adapter);
        Assert.Null(model.Recipe);
    }

    [Fact]
    public void Samples_ReadCancelled_Throws()
        => Assert.ThrowsAny<OperationCanceledException>(() => EvaluationSample.ReadFile(Path.Combine(SmallWorld, "data", "eval.jsonl"), cancellationToken: Cancelled));

    [Fact]
    public void SaveToFolder_Cancelled_LeavesNothing()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => AdapterPublishing.SaveToFolder(Adapter, Path.Combine(_folder, "target"), options: new PublishOptions { Checkpoint = Checkpoint }, cancellationToken: Cancelled));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Evaluate_Cancelled_Throws()
    {
        using var model = LanguageModel.Load(Checkpoint, Adapter);
        var samples = EvaluationSample.ReadFile(Path.Combine(SmallWorld, "data", "eval.jsonl"), limit: 2);

        Assert.ThrowsAny<OperationCanceledException>(() => model.Evaluate(samples, cancellationToken: Cancelled));
    }
}
