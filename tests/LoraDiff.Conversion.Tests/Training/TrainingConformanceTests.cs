using System.Text.Json;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Objectives;
using LoraDiff.Conversion.Training;
using LoraDiff.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Training;

/// <summary>Optimiser steps with every draw given, against PEFT and torch, for every case in the folder: in one forward a step, in one a document, and with the layers computed again on the way back.</summary>
[Trait("Category", "Conformance")]
public sealed class TrainingConformanceTests
{
    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, bool>();
            foreach (var name in FixtureFolder.Cases("training"))
            {
                cases.Add(name, false, false);
                cases.Add(name, true, false);
                cases.Add(name, false, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_WithGivenDraws_GiveTheExpectedLossesAndParameters(string name, bool accumulate, bool checkpointing)
    {
        var folder = FixtureFolder.Require("training", name);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        using var tensors = new FixtureTensors(Path.Combine(folder, "expected.safetensors"));
        var fixture = json.RootElement;
        var recipe = ConversionRecipe.LoraDiff with
        {
            Shift = fixture.TryGetProperty("shift", out var shift) && shift.GetBoolean(),
            CleanHalf = fixture.GetProperty("clean_half").GetString() == "token" ? CleanHalf.TokenCausal : CleanHalf.BlockCausal,
            DiffusionWeight = fixture.GetProperty("diffusion_weight").GetString() == "1/t" ? DiffusionWeight.InverseT : DiffusionWeight.Flat,
            ArWeight = fixture.GetProperty("ar_weight").GetDouble(),
        };
        recipe.Validate();
        var optimizer = fixture.GetProperty("optimizer");
        var betas = optimizer.GetProperty("betas");
        var options = new TrainingOptions
        {
            Steps = fixture.GetProperty("steps").GetInt32(),
            LearningRate = optimizer.GetProperty("lr").GetDouble(),
            Beta1 = betas[0].GetDouble(),
            Beta2 = betas[1].GetDouble(),
            Epsilon = optimizer.GetProperty("eps").GetDouble(),
            WeightDecay = optimizer.GetProperty("weight_decay").GetDouble(),
            ClipNorm = optimizer.GetProperty("clip_grad_norm").GetDouble(),
        };

        using var model = CausalModel.Load(FixtureFolder.Require("models", fixture.GetProperty("model").GetString()!), new ModelLoadOptions { ComputeType = ScalarType.Float32 });
        using var adapter = LoraAdapter.Attach(model, Lora(fixture.GetProperty("lora")));
        Assert.Equal(tensors.Names.Where(n => n.StartsWith("init.", StringComparison.Ordinal)).Select(n => n[5..]).Order(), adapter.Parameters.Select(p => p.Name).Order());
        using (no_grad())
        {
            foreach (var (key, value) in adapter.Parameters)
            {
                value.copy_(tensor(tensors.Floats("init." + key)).view(value.shape));
            }
        }

        using var adamW = new AdamW(adapter.Parameters, options);
        model.train();
        for (var step = 0; step < options.Steps; step++)
        {
            var documents = Documents(tensors, step, fixture, recipe);
            var totals = StepTotals.Of(documents);
            double loss = 0;
            foreach (var part in accumulate ? documents.Select(d => new[] { d }) : [documents])
            {
                var result = LossComputation.Run(model, MicroBatch.Create(recipe, part, totals, fixture.GetProperty("mask_token_id").GetInt32()), backward: true, checkpointing);
                loss += result.Diffusion + result.Autoregressive;
            }

            var norm = adamW.TakeGradients();
            Numbers.Relative(tensors.Floats("losses")[step], loss, 1e-4, $"loss of step {step}");
            Numbers.Relative(tensors.Floats("grad_norms")[step], norm, 1e-3, $"gradient norm of step {step}");
            adamW.Step(options.LearningRate.Value, Math.Min(1, options.ClipNorm / (norm + 1e-6)));
        }

        foreach (var (key, value) in adapter.Parameters)
        {
            using var scope = NewDisposeScope();
            Numbers.Close(tensors.Floats("final." + key), value.detach().data<float>().ToArray(), 1e-4, key);
        }
    }

    private static LoraOptions Lora(JsonElement lora)
    {
        var targets = lora.GetProperty("target_modules");
        return new LoraOptions
        {
            Rank = lora.GetProperty("r").GetInt32(),
            Alpha = lora.GetProperty("lora_alpha").GetDouble(),
            TargetModules = targets.ValueKind == JsonValueKind.String ? ModulePatterns.Matching(targets.GetString()!) : ModulePatterns.Of([.. targets.EnumerateArray().Select(t => t.GetString()!)]),
        };
    }

    private static MaskedDocument[] Documents(FixtureTensors tensors, int step, JsonElement fixture, ConversionRecipe recipe)
    {
        var ids = tensors.Longs($"step{step}.x0").Select(i => (int)i).ToArray();
        var (masked, levels) = (tensors.Flags($"step{step}.masked"), tensors.Floats($"step{step}.t"));
        var (rows, length) = ((int)tensors.Shape($"step{step}.x0")[0], (int)tensors.Shape($"step{step}.x0")[1]);
        bool[] supervised = [.. Enumerable.Range(0, length).Select(i => i >= fixture.GetProperty("supervised_from").GetInt32())];
        return [.. Enumerable.Range(0, rows).Select(row =>
        {
            var range = (row * length)..((row + 1) * length);
            bool[] ar = [.. supervised.Select(s => s && recipe.ArWeight > 0)];
            return new MaskedDocument(ids[range], new BlockLayout(length, fixture.GetProperty("block_size").GetInt32()), supervised, ar, new Corruption(masked[range], levels[range]));
        })];
    }
}
