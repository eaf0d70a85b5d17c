using System.Text.Json;
using Xunit.Abstractions;

namespace LoraDiff.Safetensors.Tests;

[Trait("Category", "Conformance")]
public sealed class BadFileConformanceTests(ITestOutputHelper output)
{
    public static TheoryData<string> Files => [.. BadFileCase.All.Where(c => !c.IsIndex).Select(c => c.File_)];

    public static TheoryData<string> Indexes => [.. BadFileCase.All.Where(c => c.IsIndex).Select(c => c.File_)];

    [Theory, MemberData(nameof(Files))]
    public void File_GetsItsVerdict(string file)
    {
        var expected = BadFileCase.Named(file);
        using var folder = new TemporaryFolder();
        var path = expected.WriteTo(folder.Path);
        if (!expected.Valid)
        {
            var e = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path).Dispose());
            Assert.Equal(expected.Error, e.Rule.ToString());
            Assert.Equal(path, e.File);
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
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
            var e = Assert.Throws<SafetensorsException>(() => SafetensorsSet.Open(path).Dispose());
            Assert.Equal(expected.Error, e.Rule.ToString());
            return;
        }

        using var opened = SafetensorsSet.Open(path);
        Assert.Equal(ShardIndex.Read(path).WeightMap.Keys, opened.Tensors.Select(t => t.Name));
        Assert.All(opened.Tensors, t => Assert.Equal(t.ByteLength, opened.FileOf(t.Name).ReadAll(opened[t.Name]).Length));
    }

    [Fact]
    public void Cases_AreAllRun()
    {
        var all = BadFileCase.All.ToList();
        output.WriteLine($"safetensors_bad: {all.Count(c => !c.IsIndex)} files, {all.Count(c => c.IsIndex)} index folders");
        Assert.NotEmpty(all);
    }

    private static Dictionary<string, string>? Texts(JsonElement? metadata)
        => metadata?.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!);
}
