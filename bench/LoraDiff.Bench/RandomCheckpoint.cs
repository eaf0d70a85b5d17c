using System.Text.Json;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Bench;

/// <summary>A Qwen3 checkpoint of a shape with random bfloat16 weights, written once and kept in the temporary folder.</summary>
internal static class RandomCheckpoint
{
    public static string Folder(Shape shape)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"loradiff-bench-{shape.Name}");
        if (File.Exists(Path.Combine(folder, "config.json")))
        {
            return folder;
        }

        using var generator = new Generator(0);
        ShardedWriter.Write(folder, [.. Tensors(shape, generator)]);
        var config = new Dictionary<string, object>
        {
            ["architectures"] = new[] { "Qwen3ForCausalLM" }, ["model_type"] = "qwen3", ["vocab_size"] = shape.Vocabulary, ["hidden_size"] = shape.Hidden,
            ["intermediate_size"] = shape.Intermediate, ["num_hidden_layers"] = shape.Layers, ["num_attention_heads"] = shape.Heads, ["num_key_value_heads"] = shape.KeyValueHeads,
            ["head_dim"] = shape.HeadSize, ["hidden_act"] = "silu", ["max_position_embeddings"] = 4096, ["rms_norm_eps"] = 1e-6, ["rope_theta"] = 1000000.0,
            ["tie_word_embeddings"] = true, ["torch_dtype"] = "bfloat16", ["attention_bias"] = false, ["use_sliding_window"] = false,
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config));
        return folder;
    }

    private static IEnumerable<TensorSource> Tensors(Shape s, Generator generator)
    {
        yield return Random("model.embed_tokens.weight", generator, s.Vocabulary, s.Hidden);
        for (var layer = 0; layer < s.Layers; layer++)
        {
            var at = $"model.layers.{layer}.";
            yield return Random(at + "self_attn.q_proj.weight", generator, s.Heads * s.HeadSize, s.Hidden);
            yield return Random(at + "self_attn.k_proj.weight", generator, s.KeyValueHeads * s.HeadSize, s.Hidden);
            yield return Random(at + "self_attn.v_proj.weight", generator, s.KeyValueHeads * s.HeadSize, s.Hidden);
            yield return Random(at + "self_attn.o_proj.weight", generator, s.Hidden, s.Heads * s.HeadSize);
            yield return Random(at + "mlp.gate_proj.weight", generator, s.Intermediate, s.Hidden);
            yield return Random(at + "mlp.up_proj.weight", generator, s.Intermediate, s.Hidden);
            yield return Random(at + "mlp.down_proj.weight", generator, s.Hidden, s.Intermediate);
            yield return Random(at + "self_attn.q_norm.weight", generator, s.HeadSize);
            yield return Random(at + "self_attn.k_norm.weight", generator, s.HeadSize);
            yield return Random(at + "input_layernorm.weight", generator, s.Hidden);
            yield return Random(at + "post_attention_layernorm.weight", generator, s.Hidden);
        }

        yield return Random("model.norm.weight", generator, s.Hidden);
    }

    // Norm weights around 1, matrices at the usual 0.02.
    private static TensorSource Random(string name, Generator generator, params long[] shape) => new(name, SafetensorsDtype.BF16, shape, stream =>
    {
        using var scope = NewDisposeScope();
        var values = randn(shape, generator: generator) * 0.02;
        (shape.Length == 1 ? values + 1.0 : values).to(bfloat16).WriteBytesToStream(stream, 1 << 20);
    });
}
