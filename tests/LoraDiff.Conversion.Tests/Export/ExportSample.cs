using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Export;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Export;

/// <summary>A tiny random base model with the small tokenizer (894 tokens), and an adapter with a recipe over it, in a folder that goes away.</summary>
internal sealed class ExportSample : IDisposable
{
    /// <summary>The first id that no token of the tokenizer has.</summary>
    public const int FreeToken = 894;

    public static readonly ConversionRecipe SamePosition = ConversionRecipe.EfficientDlm with { Name = "same", BlockSchedule = BlockSchedule.Fixed(4), MaskTokenId = FreeToken };

    public static readonly ConversionRecipe Shifted = SamePosition with { Name = "shifted", Shift = true };

    private const int Hidden = 32;
    private const int Layers = 2;

    public ExportSample(string modelType, ConversionRecipe? recipe, int rows = 960, bool tied = true, string dtype = "float32")
    {
        Root = Directory.CreateTempSubdirectory("loradiff-export-").FullName;
        (Model, Adapter, Output) = (Path.Combine(Root, "base"), Path.Combine(Root, "adapter"), Path.Combine(Root, "out"));
        WriteBase(modelType, rows, tied, dtype);
        WriteAdapter(recipe);
    }

    public string Root { get; }

    public string Model { get; }

    public string Adapter { get; }

    public string Output { get; }

    public ExportRequest Request(string target = ModelExporter.Plain) => new() { Model = Model, Adapter = Adapter, Output = Output, Target = target };

    public JsonObject Json(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Output, name)))!.AsObject();

    /// <summary>Nothing of an export is there, not even under another name.</summary>
    public void AssertNothingLeft() => Assert.Equal(["adapter", "base"], Directory.EnumerateFileSystemEntries(Root).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void WriteBase(string modelType, int rows, bool tied, string dtype)
    {
        Directory.CreateDirectory(Model);
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(modelType switch { "qwen3" => "Qwen3ForCausalLM", "qwen2" => "Qwen2ForCausalLM", _ => "LlamaForCausalLM" }),
            ["model_type"] = modelType,
            ["vocab_size"] = rows,
            ["hidden_size"] = Hidden,
            ["intermediate_size"] = 48,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["head_dim"] = 8,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = 1e-6,
            ["tie_word_embeddings"] = tied,
            ["max_position_embeddings"] = 256,
            ["rope_parameters"] = new JsonObject { ["rope_theta"] = 20000.0, ["rope_type"] = "default" },
            ["dtype"] = dtype,
            ["eos_token_id"] = 870,
            ["pad_token_id"] = 868,
        };
        File.WriteAllText(Path.Combine(Model, "config.json"), config.ToJsonString());
        File.Copy(FixtureFolder.Require("tokenizer_mini", "tokenizer.json"), Path.Combine(Model, "tokenizer.json"));
        File.WriteAllText(Path.Combine(Model, "tokenizer_config.json"), """{"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "tokenizer_class": "PreTrainedTokenizerFast"}""");
        using var scope = NewDisposeScope();
        using var generator = new Generator(7, CPU);
        var type = dtype == "float32" ? (SafetensorsDtype.F32, float32) : (SafetensorsDtype.BF16, bfloat16);
        SafetensorsWriter.Write(Path.Combine(Model, "model.safetensors"), Tensors(modelType, rows, tied).Select(t =>
        {
            var values = (t.Shape.Length == 1 ? rand(t.Shape, generator: generator) + 0.5 : randn(t.Shape, generator: generator) * 0.2).to(type.Item2);
            return TensorSource.FromBytes(t.Name, type.Item1, t.Shape, values.bytes.ToArray());
        }).ToList());
    }

    private static IEnumerable<(string Name, long[] Shape)> Tensors(string modelType, int rows, bool tied)
    {
        yield return ("model.embed_tokens.weight", [rows, Hidden]);
        yield return ("model.norm.weight", [Hidden]);
        if (!tied)
        {
            yield return ("lm_head.weight", [rows, Hidden]);
        }

        foreach (var layer in Enumerable.Range(0, Layers))
        {
            (string Name, long[] Shape)[] parts =
            [
                ("self_attn.q_proj.weight", [32, Hidden]), ("self_attn.k_proj.weight", [16, Hidden]), ("self_attn.v_proj.weight", [16, Hidden]), ("self_attn.o_proj.weight", [Hidden, 32]),
                ("mlp.gate_proj.weight", [48, Hidden]), ("mlp.up_proj.weight", [48, Hidden]), ("mlp.down_proj.weight", [Hidden, 48]),
                ("input_layernorm.weight", [Hidden]), ("post_attention_layernorm.weight", [Hidden]),
                .. modelType == "qwen3" ? [("self_attn.q_norm.weight", [8]), ("self_attn.k_norm.weight", [8])] : Array.Empty<(string, long[])>(),
                .. modelType == "qwen2" ? [("self_attn.q_proj.bias", [32]), ("self_attn.k_proj.bias", [16]), ("self_attn.v_proj.bias", [16])] : Array.Empty<(string, long[])>(),
            ];
            foreach (var (name, shape) in parts)
            {
                yield return ($"model.layers.{layer}.{name}", shape);
            }
        }
    }

    private void WriteAdapter(ConversionRecipe? recipe)
    {
        using var model = CausalModel.Load(Model);
        var options = new LoraOptions { Rank = 4, Alpha = 4, Init = LoraInit.Random, TargetModules = ModulePatterns.AllLinear, TrainableTokens = recipe?.MaskTokenId is { } mask ? TokenRows.Of(mask) : null };
        using var adapter = LoraAdapter.Attach(model, options, seed: 3);
        using (no_grad())
        {
            foreach (var (_, value) in adapter.Parameters)
            {
                value.mul_(0.7).add_(0.01);
            }
        }

        adapter.Save(Adapter, "base");
        recipe?.Save(Adapter);
    }
}
