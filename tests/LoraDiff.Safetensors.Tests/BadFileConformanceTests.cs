using System.Text.Json;
using Xunit.Abstractions;

namespace LoraDiff.Safetensors.Tests;

[Trait("Category", "Conformance")]
public sealed class BadFileConformanceTests(ITestOutputHelper output)
{
    public static TheoryData<string> Files => [.. BadFileCase.All.Where(c => !c.IsIndex).Select(c => c.File_)];

    public static TheoryData<string> Indexes => [.. BadFileCase.All.Where(c => c.IsIndex).Select(c => c.File_)];

    [SkippableTheory, MemberData(nameof(Files))]
    public void File_GetsItsVerdict(string file)
    {
        var expected = BadFileCase.Named(file);
        Skip.If(expected.Absent is not null, expected.Absent);
        using var folder = new TemporaryFolder();
        var path = expected.WriteTo(folder.Path);
        if (!expected.Valid)
        {
            Check(expected, folder.Path, Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path).Dispose()));
            return;
        }

        using var opened = SafetensorsFile.Open(path);
        if (expected.Tensors is { } tensors)
        {
            Assert.Equal(tensors.EnumerateObject().Select(t => t.Name).Order(StringComparer.Ordinal), opened.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
            foreach (var tensor in tensors.EnumerateObject())
            {
                var found = opened[tensor.Name];
                Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), found.Dtype.ToString());
                Assert.Equal(tensor.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetUInt64()), found.UnsignedShape);
                Assert.Equal(tensor.Value.GetProperty("data").GetBytesFromBase64(), opened.ReadAll(found));
            }
        }

        if (expected.Tensors is not null)
        {
            Assert.Equal(Texts(expected.Metadata), opened.Metadata);
        }
    }

    [Theory, MemberData(nameof(Indexes))]
    public void Index_GetsItsVerdict(string file)
    {
        var expected = BadFileCase.Named(file);
        using var folder = new TemporaryFolder();
        var path = expected.WriteTo(folder.Path);
        if (!expected.Valid)
        {
            Check(expected, folder.Path, Assert.Throws<SafetensorsException>(() => SafetensorsSet.Open(path).Dispose()));
            return;
        }

        using var opened = SafetensorsSet.Open(path);
        Assert.Equal(ShardIndex.Read(path).WeightMap.Keys, opened.Tensors.Select(t => t.Name));
        Assert.All(opened.Tensors, t => Assert.Equal(t.ByteLength, opened.FileOf(t.Name).ReadAll(opened[t.Name]).Length));
    }

    [Fact]
    public void Cases_AreCounted()
    {
        var all = BadFileCase.All.ToList();
        var run = all.Where(c => c.Absent is null).ToList();
        output.WriteLine($"safetensors_bad: {run.Count(c => !c.IsIndex)} of {all.Count(c => !c.IsIndex)} files, {run.Count(c => c.IsIndex)} of {all.Count(c => c.IsIndex)} index folders");
        Assert.Equal(all.Count, Files.Count + Indexes.Count);
        Assert.NotEmpty(run);
    }

    private static void Check(BadFileCase expected, string folder, SafetensorsException error)
    {
        var file = Path.Combine(folder, expected.FaultyFile);
        Assert.Equal(expected.Error, error.Rule.ToString());
        Assert.Equal(file, error.File);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains($"[{expected.Error}]", error.Message, StringComparison.Ordinal);
        if (!expected.IsSyntax)
        {
            Assert.Equal(expected.FaultyTensor, error.Tensor);
            Assert.Equal(expected.FaultyTensor is not null, error.Message.Contains($"tensor '{expected.FaultyTensor}'", StringComparison.Ordinal));
        }
    }

    private static Dictionary<string, string>? Texts(JsonElement? metadata)
        => metadata?.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!);
}
