using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Tests.Models;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Checkpoints;

public sealed class WeightLoadingTests
{
    [Fact]
    public void Faults_AreAllNamedAtOnce()
    {
        using var copy = new CheckpointCopy("qwen2-tied");
        var path = Path.Combine(copy.Folder, "model.safetensors");
        using (var original = SafetensorsFile.Open(path))
        {
            var tensors = original.Tensors
                .Where(t => t.Name is not ("model.norm.weight" or "model.layers.1.self_attn.k_proj.bias"))
                .Select(t => t.Name switch
                {
                    "model.layers.0.mlp.up_proj.weight" => TensorSource.FromBytes(t.Name, t.Dtype, [8, 8], new byte[256]),
                    "model.layers.2.input_layernorm.weight" => TensorSource.FromBytes(t.Name, SafetensorsDtype.I8, t.Shape, new byte[t.Shape[0]]),
                    _ => TensorSource.FromFile(original, t),
                })
                .Append(TensorSource.FromBytes("model.layers.3.extra.weight", SafetensorsDtype.F32, [1], new byte[4])).ToList();
            SafetensorsWriter.Write(path, tensors);
        }

        var e = Assert.Throws<CheckpointException>(() => CausalModel.Load(copy.Folder));

        Assert.Contains("2 missing: model.layers.1.self_attn.k_proj.bias [32]; model.norm.weight [64]", e.Message, StringComparison.Ordinal);
        Assert.Contains("model.layers.0.mlp.up_proj.weight is [8, 8] in the file, [160, 64] by the configuration", e.Message, StringComparison.Ordinal);
        Assert.Contains("model.layers.2.input_layernorm.weight is I8", e.Message, StringComparison.Ordinal);
        Assert.Contains("1 unknown: model.layers.3.extra.weight", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HugeShapeInTheConfiguration_AllocatesNothing()
    {
        using var copy = new CheckpointCopy("llama").Edit("config.json", c => c["vocab_size"] = int.MaxValue);
        Assert.Contains("model.embed_tokens.weight is [288, 64] in the file, [2147483647, 64] by the configuration",
            Assert.Throws<CheckpointException>(() => CausalModel.Load(copy.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_AreTheFilesBytes_UnderTransformersNames()
    {
        using var fixture = new ModelFixture("qwen3-bf16-shards");
        using var model = fixture.Load();
        using var files = SafetensorsSet.Open(Path.Combine(fixture.Folder, "model.safetensors.index.json"));
        var named = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Assert.Equal(files.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), named.Keys.Order(StringComparer.Ordinal));
        foreach (var tensor in files.Tensors)
        {
            Assert.Equal(ScalarType.BFloat16, named[tensor.Name].dtype);
            var expected = new byte[tensor.ByteLength];
            files.Read(tensor.Name, expected);
            Assert.True(expected.AsSpan().SequenceEqual(named[tensor.Name].bytes), tensor.Name);
        }
    }

    [Fact]
    public void TiedHead_IsTheSameParameterObject()
    {
        using var fixture = new ModelFixture("qwen3-tied");
        using var model = fixture.Load();
        var modules = model.named_modules().ToDictionary(m => m.name, m => m.module);
        Assert.Same(modules["model.embed_tokens"].get_parameter("weight"), modules["lm_head"].get_parameter("weight"));
        Assert.Same(model.Checkpoint.Config, model.Config);
    }

    [Fact]
    public void WeightType_ConvertsWhileLoading()
    {
        using var fixture = new ModelFixture("qwen3-bf16-shards");
        using var wide = CausalModel.Load(fixture.Folder, new ModelLoadOptions { WeightType = ScalarType.Float32 });
        using var narrow = fixture.Load();
        using var scope = NewDisposeScope();
        Assert.All(wide.parameters().Zip(narrow.parameters()), p => Assert.True(p.First.Equals(p.Second.to(float32))));
        Assert.Equal(ScalarType.Float32, wide.ComputeType);
    }

    [Fact]
    public void Loading_LeavesNothingInTheCallersScope_AndReportsProgress()
    {
        var reports = new List<LoadProgress>();
        using var fixture = new ModelFixture("llama");
        CausalModel model;
        using (var scope = NewDisposeScope())
        {
            model = CausalModel.Load(fixture.Folder, new ModelLoadOptions { Progress = new Inline(reports.Add) });
            Assert.Equal(0, scope.DisposablesCount);
        }

        Assert.All(model.parameters(), p => Assert.False(p.IsInvalid));
        Assert.Equal(reports.Max(r => r.BytesRead), reports[0].BytesTotal);
        model.Dispose();
    }

    [Fact]
    public void Cancellation_StopsLoading()
    {
        using var fixture = new ModelFixture("llama");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => CausalModel.Load(fixture.Folder, new ModelLoadOptions { CancellationToken = stop.Token }));
    }

    private sealed class Inline(Action<LoadProgress> report) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value)
        {
            lock (report)
            {
                report(value);
            }
        }
    }
}
