using System.Text.Json.Nodes;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Export;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Tests.Adapters;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Export;

/// <summary>Python's transformers loads what we export, with the small Python files that go along, and computes the same logits.</summary>
public sealed class TransformersPeerTests
{
    private static readonly long[] Ids = [5, 17, 870, 3, 287, 64, 894, 894, 99, 5, 894];

    private static readonly (string Target, string ModelType, ConversionRecipe? Recipe, bool Tied, string Auto, string Class, string Literal, int? BlockSize)[] Exports =
    [
        ("plain", "qwen3", ConversionRecipe.LoraDiff with { MaskTokenId = 894 }, true, "AutoModelForCausalLM", "Qwen3ForCausalLM", "<|mask|>", 1),
        ("plain", "llama", null, false, "AutoModelForCausalLM", "LlamaForCausalLM", "", 1),
        ("sdar", "qwen3", ExportSample.SamePosition, true, "AutoModelForCausalLM", "SDARForCausalLM", "<|MASK|>", 4),
        ("fast-dllm-v2", "qwen2", ExportSample.Shifted, false, "AutoModelForCausalLM", "Fast_dLLM_QwenForCausalLM", "|<MASK>|", 4),
        ("a2d-qwen3", "qwen3", ExportSample.SamePosition, true, "AutoModelForMaskedLM", "A2DQwen3LMHeadModel", "<|mask|>", null),
        ("a2d-qwen2", "qwen2", ExportSample.SamePosition, true, "AutoModelForMaskedLM", "A2DQwen2LMHeadModel", "<|mask|>", null),
        ("a2d-llama", "llama", ExportSample.SamePosition, true, "AutoModelForMaskedLM", "A2DLlamaLMHeadModel", "<|mask|>", null),
    ];

    [SkippableFact]
    public void Transformers_LoadsEveryTarget_WithTheSameLogits()
    {
        Skip.If(PeftPeer.Absent is not null, PeftPeer.Absent);
        var samples = Exports.Select(export => new ExportSample(export.ModelType, export.Recipe, tied: export.Tied)).ToArray();
        var jobs = Directory.CreateTempSubdirectory("loradiff-").FullName;
        try
        {
            foreach (var (sample, export) in samples.Zip(Exports))
            {
                ModelExporter.Export(sample.Request(export.Target) with { MaxShardBytes = 100_000 });
            }

            var answers = PeftPeer.Ask(
                new JsonArray([.. samples.Zip(Exports).Select(pair => (JsonNode)new JsonObject
                {
                    ["folder"] = pair.First.Output,
                    ["auto"] = pair.Second.Auto,
                    ["literal"] = pair.Second.Literal,
                    ["remote"] = pair.Second.Target != "plain",
                    ["ids"] = new JsonArray([.. Ids.Select(id => (JsonNode)id)]),
                })]), jobs, "Export/transformers_peer.py");

            Assert.All(Exports.Zip(samples, answers), item =>
            {
                var (export, sample, answer) = item;
                Assert.Equal(export.Class, (string?)answer!["model"]);
                Assert.Equal(20000.0, (double)answer["rope_theta"]!);
                Assert.Empty(answer["missing"]!.AsArray());
                Assert.Empty(answer["unexpected"]!.AsArray());
                if (export.Recipe is not null)
                {
                    Assert.Equal((export.Literal, 894), ((string?)answer["mask_token"], (int)answer["mask_token_id"]!));
                    Assert.Equal(894, (int)answer["encoded"]![0]!);
                }

                AdapterFixture.AssertClose([.. answer["logits"]!.AsArray().Select(value => value!.GetValue<float>())], Logits(sample.Output, export.BlockSize ?? Ids.Length), export.Target);
            });
        }
        finally
        {
            Array.ForEach(samples, sample => sample.Dispose());
            Directory.Delete(jobs, recursive: true);
        }
    }

    // The exported folder in this project's own model, whose attention sees whole blocks of this size.
    private static float[] Logits(string folder, int blockSize)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = CausalModel.Load(folder, new ModelLoadOptions { ComputeType = ScalarType.Float32 });
        var layout = new StreamLayout(BlockPattern.NoisyBlockCausal, [new StreamDocument(new BlockLayout(Ids.Length, blockSize))]);
        using var plan = new AttentionPlan(layout.Segments);
        return model.Head(model.forward(tensor(Ids), arange(Ids.Length, dtype: int64), plan)).contiguous().data<float>().ToArray();
    }
}
