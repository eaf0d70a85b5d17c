using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using TorchSharp;

namespace LoraDiff.Conversion.Tests.Adapters;

/// <summary>Adapters that PEFT wrote: loaded over their base, they give PEFT's logits, and are written again as they were.</summary>
[Trait("Category", "Conformance")]
public sealed class AdapterConformanceTests
{
    public static TheoryData<string> Cases() => [.. FixtureFolder.Cases("adapters")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adapter_OnOffAndMerged_GivesPeftsLogits(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var expected = SafetensorsFile.Open(Path.Combine(AdapterFixture.Folder(name), "expected.safetensors"));
        using var ids = AdapterFixture.Read(expected, "input_ids");
        using var model = AdapterFixture.LoadBase(name);
        using var adapter = LoraAdapter.Load(model, AdapterFixture.Folder(name));

        Check("logits");
        using (adapter.Disabled())
        {
            Check("logits_base");
        }

        if (expected.Contains("logits_merged"))
        {
            adapter.Merge();
            Check("logits_merged");
            adapter.Unmerge();
            Check("logits");
        }

        void Check(string tensor)
        {
            using var values = AdapterFixture.Read(expected, tensor);
            AdapterFixture.AssertClose(values.data<float>().ToArray(), AdapterFixture.Logits(model, ids), $"{name} {tensor}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adapter_WrittenAgain_IsTheSameFile(string name)
    {
        using var scope = torch.NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory("loradiff-again-").FullName;
        using var model = AdapterFixture.LoadBase(name);
        using var adapter = LoraAdapter.Load(model, AdapterFixture.Folder(name));

        adapter.Save(folder);

        using var original = SafetensorsFile.Open(Path.Combine(AdapterFixture.Folder(name), "adapter_model.safetensors"));
        using (var written = SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors")))
        {
            Assert.Equal(Shapes(original), Shapes(written));
            Assert.All(original.Tensors, tensor => AssertSame(original, written, tensor.Name));
            Assert.Equal(original.Metadata!["format"], written.Metadata!["format"]);
        }

        Assert.True(JsonNode.DeepEquals(Config(AdapterFixture.Folder(name)), Config(folder)), "adapter_config.json differs");
        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<string> Shapes(SafetensorsFile file)
        => file.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal);

    // A half-precision adapter is held, and so written, in float32, as PEFT does.
    private static void AssertSame(SafetensorsFile original, SafetensorsFile written, string name)
    {
        if (original[name].Dtype == written[name].Dtype)
        {
            Assert.True(original.ReadAll(original[name]).AsSpan().SequenceEqual(written.ReadAll(written[name])), name);
            return;
        }

        Assert.Equal(SafetensorsDtype.F32, written[name].Dtype);
        using var scope = torch.NewDisposeScope();
        Assert.True(AdapterFixture.Read(original, name).to(torch.float32).eq(AdapterFixture.Read(written, name)).all().item<bool>(), name);
    }

    private static JsonObject Config(string folder)
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();
        config.Remove("peft_version");
        return config;
    }
}
