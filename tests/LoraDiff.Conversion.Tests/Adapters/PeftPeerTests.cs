using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Adapters;

/// <summary>Python's PEFT loads what we write, sees the same logits, and for the same options writes the same names, shapes, types and configuration.</summary>
public sealed class PeftPeerTests
{
    private const string Model = "qwen3-tied";
    private static readonly long[] Ids = [5, 17, 200, 3, 287, 64, 99, 5];

    internal static readonly Dictionary<string, (string Model, LoraOptions Options)> Forms = new()
    {
        ["lora"] = (Model, new() { Rank = 4, Alpha = 8, Init = LoraInit.Random, TargetModules = ["q_proj", "v_proj"] }),
        ["all-linear, rslora, patterns"] = (Model, new()
        {
            Rank = 4, UseRslora = true, Init = LoraInit.Random, TargetModules = "all-linear", ExcludeModules = ["o_proj"],
            RankPattern = new OrderedDictionary<string, int> { ["down_proj"] = 2 }, AlphaPattern = new OrderedDictionary<string, double> { [@"layers\.1\..*"] = 3 },
        }),
        ["dora"] = (Model, new() { Rank = 4, UseDora = true, Init = LoraInit.Random, TargetModules = ["q_proj", "down_proj"] }),
        ["embedding"] = ("llama", new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["embed_tokens", "q_proj"] }),
        ["dora embedding"] = ("llama", new() { Rank = 4, UseDora = true, Init = LoraInit.Random, TargetModules = ["embed_tokens", "lm_head"] }),
        ["biases"] = ("llama-biases", new() { Rank = 4, Bias = BiasTraining.All, LoraBias = true, Init = LoraInit.Random, TargetModules = ["q_proj", "up_proj"] }),
        ["biases of adapted layers"] = ("llama-biases", new() { Rank = 4, Bias = BiasTraining.LoraOnly, Init = LoraInit.Random, TargetModules = ["o_proj", "up_proj"] }),
        ["tied embedding and head"] = (Model, new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["embed_tokens", "lm_head"] }),
        ["tied embedding, copied"] = (Model, new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["q_proj"], ModulesToSave = ["embed_tokens"] }),
        ["tied embedding, copied and kept tied"] = (Model, new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["q_proj"], ModulesToSave = ["embed_tokens"], EnsureWeightTying = true }),
        ["pissa"] = (Model, new() { Rank = 4, Alpha = 4, Init = LoraInit.Pissa, TargetModules = ["q_proj", "down_proj"], RankPattern = new OrderedDictionary<string, int> { ["down_proj"] = 3 } }),
        ["olora, rslora"] = (Model, new() { Rank = 4, UseRslora = true, Init = LoraInit.Olora, TargetModules = ["v_proj"] }),
        ["modules to save"] = ("llama", new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["q_proj"], ModulesToSave = ["lm_head", "norm"] }),
        ["every norm"] = (Model, new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["q_proj"], ModulesToSave = ["norm"] }),
        ["as --set gives them"] = (Model, Set(("layers_to_transform", "0,1"), ("modules_to_save", "norm"), ("target_modules", "q_proj,v_proj"), ("exclude_modules", "v_proj"), ("trainable_token_indices", "5,287"), ("r", "4"), ("init_lora_weights", "false"))),
        ["token rows"] = (Model, new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["q_proj"], TrainableTokens = [5, 287] }),
        ["layers"] = (Model, new() { Rank = 4, Init = LoraInit.Random, TargetModules = ["q_proj", "k_proj"], LayersToTransform = 1, LayersPattern = "layers" }),
    };

    private static LoraOptions Set(params (string Key, string Value)[] settings)
        => new ConversionRequest { Model = "model", Data = "data", Output = "output" }.With(settings.Select(s => KeyValuePair.Create(s.Key, s.Value))).Lora;

    [SkippableFact]
    public void Peft_LoadsWhatWeWrite()
    {
        Skip.If(PeftPeer.Absent is not null, PeftPeer.Absent);
        var folder = Directory.CreateTempSubdirectory("loradiff-peft-").FullName;
        var ours = Forms.Select(form => Write(form.Value.Model, form.Value.Options, Path.Combine(folder, form.Key))).ToArray();

        var answers = PeftPeer.Ask(new JsonArray([.. ours.Select(item => (JsonNode)item.Job)]), folder);

        Assert.All(Forms.Keys.Zip(ours, answers), form =>
        {
            var (name, mine, peft) = form;
            Assert.Empty(peft!["missing"]!.AsArray());
            Assert.Empty(peft["unexpected"]!.AsArray());
            AdapterFixture.AssertClose([.. peft["logits"]!.AsArray().Select(value => value!.GetValue<float>())], mine.Logits, name);
            Assert.Equal(
                peft["tensors"]!.AsObject().Select(item => $"{item.Key} {item.Value![0]} [{string.Join(", ", item.Value[1]!.AsArray())}]").Order(StringComparer.Ordinal),
                mine.Tensors);
            AssertSameConfig(peft["config"]!.AsObject(), mine.Config, name);
        });
        Directory.Delete(folder, recursive: true);
    }

    private static (JsonObject Job, float[] Logits, string[] Tensors, JsonObject Config) Write(string modelName, LoraOptions options, string folder)
    {
        using var scope = NewDisposeScope();
        var modelFolder = FixtureFolder.Require("models", modelName);
        using var model = AdapterFixture.Load(modelFolder);
        using var adapter = LoraAdapter.Attach(model, options, seed: 11);
        Nudge(adapter);
        adapter.Save(folder, modelFolder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();
        return (
            new JsonObject
            {
                ["model"] = modelFolder,
                ["adapter"] = folder,
                ["ids"] = new JsonArray([.. Ids.Select(id => (JsonNode)id)]),
                ["scratch"] = folder + "-peft",
                ["config"] = AskedFor(LoraOptions.Read(folder) is { Init: var init } written && init != options.Init ? written : options),
            },
            AdapterFixture.Logits(model, tensor(Ids).unsqueeze(0)),
            [.. file.Tensors.Select(tensor => tensor.ToString()!).Order(StringComparer.Ordinal)],
            config);
    }

    // Copies, rows and decompositions start where the base is; they must not stay there, or the comparison would not see them.
    internal static void Nudge(LoraAdapter adapter)
    {
        using var noGrad = no_grad();
        foreach (var (_, value) in adapter.Parameters)
        {
            value.mul_(1.25);
        }
    }

    private static JsonObject AskedFor(LoraOptions options)
    {
        var config = JsonNode.Parse(options.ToJson())!.AsObject();
        foreach (var key in new[] { "peft_type", "peft_version", "inference_mode", "auto_mapping", "base_model_name_or_path", "revision" })
        {
            config.Remove(key);
        }

        return config;
    }

    private static void AssertSameConfig(JsonObject peft, JsonObject ours, string name)
    {
        foreach (var config in new[] { peft, ours })
        {
            config.Remove("peft_version");
            if ((bool)config["ensure_weight_tying"]!)
            {
                config.Remove("modules_to_save"); // PEFT adds the full names of tied modules to the list, after loading it as given
            }

            foreach (var key in new[] { "target_modules", "exclude_modules" })
            {
                // PEFT holds them as sets, in no order.
                if (config[key] is JsonArray list)
                {
                    config[key] = new JsonArray([.. list.Select(item => item!.GetValue<string>()).Order(StringComparer.Ordinal).Select(item => (JsonNode)item)]);
                }
            }
        }

        var differing = peft.Where(item => !JsonNode.DeepEquals(item.Value, ours[item.Key])).Select(item => $"{item.Key}: {item.Value?.ToJsonString()} / {ours[item.Key]?.ToJsonString()}").ToArray();
        Assert.True(differing.Length == 0 && peft.Count == ours.Count, $"{name}: {string.Join("; ", differing)}");
    }
}
