using System.Buffers.Binary;
using System.Text;
using LoraDiff.Fixtures;

namespace LoraDiff.Safetensors.Tests;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> PythonFiles => [.. new[] { "models", "adapters", "diffusion", "training" }
        .Select(FixtureFolder.Find).OfType<string>()
        .SelectMany(root => Directory.EnumerateFiles(root, "*.safetensors", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Path.GetDirectoryName(root)!, f)))
        .Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(PythonFiles)), Trait("Category", "Conformance")]
    public void FileWrittenByPython_Rewritten_HasTheSameBytes(string file)
    {
        var path = FixtureFolder.Require(file);
        using var original = SafetensorsFile.Open(path);
        var copy = _folder.File("copy.safetensors");
        var reordered = original.Tensors.Reverse().Select(t => TensorSource.FromFile(original, t));

        SafetensorsWriter.Write(copy, reordered, original.Metadata ?? new Dictionary<string, string>());

        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Header_IsThatOfTheReferenceWriter()
    {
        // Text and order from the reference crate's golden tests: widest dtype first, then names; no spaces; padded to 8 bytes.
        var path = _folder.File("a.safetensors");
        SafetensorsWriter.Write(path,
        [
            Zeros("attn.0", SafetensorsDtype.F32, [1, 1, 2, 3]),
            Zeros("b", SafetensorsDtype.I64, [1]),
            Zeros("a", SafetensorsDtype.U8, []),
        ], new Dictionary<string, string>());

        Assert.Equal(
            """{"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"attn.0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[8,32]},"a":{"dtype":"U8","shape":[],"data_offsets":[32,33]}}""",
            HeaderOf(path).TrimEnd(' '));
        Assert.Equal(0, HeaderOf(path).Length % 8);
    }

    [Fact]
    public void Names_AreEscapedAndSortedAsUtf8()
    {
        // U+FF5E sorts before U+1F600 in UTF-8 and after it in UTF-16.
        var path = _folder.File("a.safetensors");
        string[] names = ["\U0001F600", "\uFF5E", "a\"\\\n\u0001\u007f", "a"];
        SafetensorsWriter.Write(path, names.Select(n => Zeros(n, SafetensorsDtype.U8, [1])));

        Assert.Contains("""{"__metadata__":{"format":"pt"},"a":{""", HeaderOf(path), StringComparison.Ordinal);
        Assert.Contains("\"a\\\"\\\\\\n\\u0001\u007f\":", HeaderOf(path), StringComparison.Ordinal);
        using var read = SafetensorsFile.Open(path);
        Assert.Equal(["a", "a\"\\\n\u0001\u007f", "\uFF5E", "\U0001F600"], read.Tensors.Select(t => t.Name));
        Assert.Equal("pt", read.Metadata!["format"]);
    }

    [Fact]
    public void RandomTensors_WrittenAndRead_AreTheSame()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var tensors = Enumerable.Range(0, random.Next(12)).Select(i =>
            {
                var dtype = (SafetensorsDtype)random.Next(Enum.GetValues<SafetensorsDtype>().Length);
                long[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(5)), 8];
                var bytes = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.Bits() / 8];
                random.NextBytes(bytes);
                return (Name: $"t{i}·{random.Next()}", Dtype: dtype, Shape: shape, Bytes: bytes);
            }).ToList();
            var path = _folder.File($"{round}.safetensors");
            SafetensorsWriter.Write(path, tensors.Select(t => TensorSource.FromBytes(t.Name, t.Dtype, t.Shape, t.Bytes)));

            using var read = SafetensorsFile.Open(path);
            Assert.Equal(tensors.Count, read.Tensors.Count);
            foreach (var (name, dtype, shape, bytes) in tensors)
            {
                Assert.Equal(dtype, read[name].Dtype);
                Assert.Equal(shape, read[name].Shape);
                Assert.Equal(bytes, read.ReadAll(read[name]));
                Assert.True(dtype.Bits() < 8 || (read[name].Offset - read.Tensors[0].Offset) % (dtype.Bits() / 8) == 0);
            }
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    public void Source_OfAnotherLength_IsRefusedAndNothingStays(int bytes)
    {
        var path = _folder.File("a.safetensors");
        File.WriteAllText(path, "before");

        var e = Assert.Throws<SafetensorsException>(() =>
            SafetensorsWriter.Write(path, [TensorSource.FromBytes("w", SafetensorsDtype.F32, [2], new byte[bytes])]));

        Assert.Equal((SafetensorsRule.InvalidTensorView, "w"), (e.Rule, e.Tensor));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        Assert.Equal("before", File.ReadAllText(path));
    }

    [Fact]
    public void Source_ThatThrows_LeavesNothing()
    {
        Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(_folder.File("a.safetensors"),
            [new TensorSource("w", SafetensorsDtype.U8, [1], _ => throw new InvalidOperationException("no"))]));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Cancellation_LeavesNothing()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => SafetensorsWriter.Write(_folder.File("a.safetensors"),
        [
            new TensorSource("a", SafetensorsDtype.U8, [1], s => { s.WriteByte(1); stop.Cancel(); }),
            Zeros("b", SafetensorsDtype.U8, [1]),
        ], cancellationToken: stop.Token));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Names_ThatCannotBeWritten_AreRefused()
    {
        Assert.Equal(SafetensorsRule.DuplicateName, RuleFor(Zeros("a", SafetensorsDtype.U8, [1]), Zeros("a", SafetensorsDtype.F32, [1])));
        Assert.Equal(SafetensorsRule.DuplicateName, RuleFor(Zeros("__metadata__", SafetensorsDtype.U8, [1])));
        Assert.Equal(SafetensorsRule.InvalidHeader, RuleFor(Zeros("\ud800", SafetensorsDtype.U8, [1])));
        Assert.Equal(SafetensorsRule.InvalidTensorView, RuleFor(new TensorSource("a", SafetensorsDtype.U8, [-1], _ => { })));
        Assert.Equal(SafetensorsRule.ValidationOverflow, RuleFor(new TensorSource("a", SafetensorsDtype.U8, [1L << 62, 8], _ => { })));
        Assert.Equal(SafetensorsRule.MisalignedSlice, RuleFor(new TensorSource("a", SafetensorsDtype.F4, [3], _ => { })));
        Assert.Equal(SafetensorsRule.HeaderTooLarge, RuleFor(new TensorSource(new string('n', 100_000_000), SafetensorsDtype.U8, [1], _ => { })));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private SafetensorsRule RuleFor(params TensorSource[] tensors)
        => Assert.Throws<SafetensorsException>(() => SafetensorsWriter.Write(_folder.File("x.safetensors"), tensors)).Rule;

    private static TensorSource Zeros(string name, SafetensorsDtype dtype, long[] shape)
        => TensorSource.FromBytes(name, dtype, shape, new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.Bits() / 8]);

    private static string HeaderOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return Encoding.UTF8.GetString(bytes, 8, (int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }
}
