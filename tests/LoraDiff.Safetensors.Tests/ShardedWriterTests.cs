using System.Text.Json;

namespace LoraDiff.Safetensors.Tests;

public sealed class ShardedWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_BeyondTheLimit_GoToShardsInOrder()
    {
        var names = ShardedWriter.Write(_folder.Path, [Bytes("z", 60), Bytes("y", 40), Bytes("big", 250), Bytes("a", 1), Bytes("b", 99)], maxShardBytes: 100);

        Assert.Equal(["model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors", "model.safetensors.index.json"], names);
        using var index = JsonDocument.Parse(File.ReadAllBytes(_folder.File(names[3])));
        Assert.Equal(450, index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
        using var read = SafetensorsSet.Open(_folder.File(names[3]));
        Assert.Equal(["a", "b", "big", "y", "z"], read.Tensors.Select(t => t.Name));
        Assert.Equal(names[0], Path.GetFileName(read.FileOf("y").Path));
        Assert.Equal(names[1], Path.GetFileName(read.FileOf("big").Path));
        Assert.Equal(names[2], Path.GetFileName(read.FileOf("b").Path));
        var bytes = new byte[99];
        read.Read("b", bytes);
        Assert.All(bytes, b => Assert.Equal(99, b));
    }

    [Fact]
    public void Tensors_WithinTheLimit_GoToOneFile()
    {
        ShardedWriter.Write(_folder.Path, [Bytes("a", 60), Bytes("b", 60)], maxShardBytes: 100);
        File.WriteAllText(_folder.File("model-card.safetensors"), "not ours");

        Assert.Equal(["model.safetensors"], ShardedWriter.Write(_folder.Path, [Bytes("a", 60)], maxShardBytes: 100));

        Assert.Equal(["model-card.safetensors", "model.safetensors"], Directory.GetFiles(_folder.Path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Duplicates_AcrossShards_AreRefused()
    {
        var e = Assert.Throws<SafetensorsException>(() => ShardedWriter.Write(_folder.Path, [Bytes("a", 60), Bytes("b", 60), Bytes("a", 60)], maxShardBytes: 100));
        Assert.Equal((SafetensorsRule.DuplicateName, "a"), (e.Rule, e.Tensor));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static TensorSource Bytes(string name, int count)
        => TensorSource.FromBytes(name, SafetensorsDtype.U8, [count], Enumerable.Repeat((byte)count, count).ToArray());
}
