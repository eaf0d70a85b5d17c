namespace LoraDiff.Safetensors.Tests;

/// <summary>Whatever reads or writes tensors stops where it is asked to.</summary>
public sealed class CancellationTests : IDisposable
{
    private static readonly CancellationToken Cancelled = new(canceled: true);
    private readonly string _folder = Directory.CreateTempSubdirectory("loradiff-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "model.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_Cancelled_Throws()
    {
        SafetensorsWriter.Write(Path, [TensorSource.FromBytes("t", SafetensorsDtype.U8, [4], new byte[] { 1, 2, 3, 4 })]);
        using var file = SafetensorsFile.Open(Path);
        using var set = SafetensorsSet.Open(Path);
        var memory = new byte[4];

        Assert.ThrowsAny<OperationCanceledException>(() => file.Read(file["t"], memory, Cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => file.ReadAll(file["t"], Cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => file.ReadRange(file["t"], 1, memory.AsSpan(1), Cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => file.CopyTo(file["t"], Stream.Null, Cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => set.Read("t", memory, Cancelled));
        Assert.Equal(new byte[4], memory);
    }

    /// <summary>A tensor that several readers share.</summary>
    [Fact]
    public void Read_OfALargeTensorCancelled_Throws()
    {
        var bytes = new byte[64 << 20];
        SafetensorsWriter.Write(Path, [TensorSource.FromBytes("t", SafetensorsDtype.U8, [bytes.Length], bytes)]);
        using var file = SafetensorsFile.Open(Path);

        Assert.ThrowsAny<OperationCanceledException>(() => file.Read(file["t"], bytes, Cancelled));
    }

    [Fact]
    public void Write_Cancelled_LeavesTheFileAsItWas()
    {
        SafetensorsWriter.Write(Path, [TensorSource.FromBytes("t", SafetensorsDtype.U8, [1], new byte[] { 7 })]);
        var before = File.ReadAllBytes(Path);

        Assert.ThrowsAny<OperationCanceledException>(() => SafetensorsWriter.Write(Path, [TensorSource.FromBytes("u", SafetensorsDtype.U8, [1], new byte[] { 8 })], cancellationToken: Cancelled));

        Assert.Equal(before, File.ReadAllBytes(Path));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }
}
