using LoraDiff.Adapters.Tests.Trees;

namespace LoraDiff.Adapters.Tests;

/// <summary>Attaching, loading and saving stop where they are asked to, and leave tree and folder as they were.</summary>
public sealed class CancellationTests : IDisposable
{
    private static readonly CancellationToken Cancelled = new(canceled: true);
    private static readonly LoraOptions Options = new() { Rank = 2, TargetModules = ["q_proj"], ModulesToSave = ["norm"] };
    private readonly string _folder = Directory.CreateTempSubdirectory("loradiff-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Attach_Cancelled_LeavesTheTreeAsItWas()
    {
        using var model = new TinyModel();

        Assert.ThrowsAny<OperationCanceledException>(() => LoraAdapter.Attach(model, Options, cancellationToken: Cancelled));

        Assert.Empty(LoraAdapter.On(model));
        LoraAdapter.Attach(model, Options).Dispose();
    }

    [Fact]
    public void Load_Cancelled_LeavesTheTreeAsItWas()
    {
        using var model = new TinyModel();
        using (var adapter = LoraAdapter.Attach(model, Options))
        {
            adapter.Save(_folder);
        }

        Assert.ThrowsAny<OperationCanceledException>(() => LoraAdapter.Load(model, _folder, cancellationToken: Cancelled));

        Assert.Empty(LoraAdapter.On(model));
        LoraAdapter.Load(model, _folder).Dispose();
    }

    [Fact]
    public void Save_Cancelled_LeavesTheFolderAsItWas()
    {
        using var model = new TinyModel();
        using var adapter = LoraAdapter.Attach(model, Options);

        Assert.ThrowsAny<OperationCanceledException>(() => adapter.Save(_folder, cancellationToken: Cancelled));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }
}
