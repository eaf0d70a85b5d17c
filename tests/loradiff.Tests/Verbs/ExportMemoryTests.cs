using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Safetensors;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>What merging takes of the machine's memory, in a process of its own.</summary>
public sealed class ExportMemoryTests
{
    private const int Layers = 14;
    private const int Hidden = 1024;
    private const int Intermediate = 4096;
    private const int KeyValues = 256;
    private const int Rows = 4096;
    private const int Rank = 4;
    private const long Shard = 64L << 20;

    // 400 MB of weights in shards of 64 MiB: with the whole model in memory, merging or checking it could not stay below two shards.
    [SkippableFact]
    public void Merge_OfAModelLargerThanTheAllowance_StaysBelowTwoShards()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The peak of another process is read from /proc.");
        using var places = new Places();
        var (small, large) = (places.At("small"), places.At("large"));
        Write(small, 64, 64, 64, 64, 1);
        Write(large, Hidden, Intermediate, KeyValues, Rows, Layers);

        var baseline = Peak(small);
        var peak = Peak(large);

        var weights = Directory.GetFiles(Path.Combine(large, "out"), "*.safetensors").Sum(file => new FileInfo(file).Length);
        Assert.True(weights > 5 * Shard, $"{weights} bytes of weights");
        Assert.True(peak - baseline <= 2 * Shard && peak > 0, $"Peak {peak >> 20} MiB, of which {baseline >> 20} MiB are the program's own; allowed are {2 * Shard >> 20} MiB on top.");
    }

    private static long Peak(string folder)
    {
        var start = new ProcessStartInfo("dotnet",
            [ChildProcess.Tool, "merge", "--model", Path.Combine(folder, "base"), "--adapter", Path.Combine(folder, "adapter"), "--out", Path.Combine(folder, "out"), "--max-shard-size", "64MiB", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        long peak = 0;
        while (!process.WaitForExit(5))
        {
            peak = Math.Max(peak, HighWater(process.Id));
        }

        Assert.True(process.ExitCode == 0, error.Result);
        Assert.InRange((double)JsonNode.Parse(output.Result)!["max_relative_difference"]!, 0, 0.05);
        return peak;
    }

    // The kernel's own record of the most memory that was resident, in KiB; nothing once the process has gone.
    private static long HighWater(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static void Write(string folder, int hidden, int intermediate, int keyValues, int rows, int layers)
    {
        var model = Directory.CreateDirectory(Path.Combine(folder, "base")).FullName;
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"), ["model_type"] = "llama", ["vocab_size"] = rows, ["hidden_size"] = hidden, ["intermediate_size"] = intermediate,
            ["num_hidden_layers"] = layers, ["num_attention_heads"] = hidden / 32, ["num_key_value_heads"] = keyValues / 32, ["head_dim"] = 32, ["rms_norm_eps"] = 1e-6, ["tie_word_embeddings"] = true,
        };
        File.WriteAllText(Path.Combine(model, "config.json"), config.ToJsonString());
        List<TensorSource> weights = [Half("model.embed_tokens.weight", rows, hidden), Half("model.norm.weight", hidden)];
        List<TensorSource> factors = [];
        for (var layer = 0; layer < layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            weights.Add(Half($"{prefix}input_layernorm.weight", hidden));
            weights.Add(Half($"{prefix}post_attention_layernorm.weight", hidden));
            (string Name, int Out, int In)[] linears =
            [
                ("self_attn.q_proj", hidden, hidden), ("self_attn.k_proj", keyValues, hidden), ("self_attn.v_proj", keyValues, hidden), ("self_attn.o_proj", hidden, hidden),
                ("mlp.gate_proj", intermediate, hidden), ("mlp.up_proj", intermediate, hidden), ("mlp.down_proj", hidden, intermediate),
            ];
            foreach (var (name, rowsOut, columns) in linears)
            {
                weights.Add(Half($"{prefix}{name}.weight", rowsOut, columns));
                factors.Add(Half($"base_model.model.{prefix}{name}.lora_A.weight", Rank, columns));
                factors.Add(Half($"base_model.model.{prefix}{name}.lora_B.weight", rowsOut, Rank));
            }
        }

        ShardedWriter.Write(model, weights, maxShardBytes: Shard);
        var adapter = Directory.CreateDirectory(Path.Combine(folder, "adapter")).FullName;
        File.WriteAllText(Path.Combine(adapter, "adapter_config.json"), $$"""{"peft_type": "LORA", "r": {{Rank}}, "lora_alpha": {{Rank}}, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}""");
        SafetensorsWriter.Write(Path.Combine(adapter, "adapter_model.safetensors"), factors);
    }

    // Small bfloat16 numbers of both signs, the same run of them over and over.
    private static TensorSource Half(string name, params long[] shape) => new(name, SafetensorsDtype.BF16, shape, stream =>
    {
        var run = new byte[1 << 16];
        new Random(shape.Length).NextBytes(run);
        for (var i = 1; i < run.Length; i += 2)
        {
            run[i] = (byte)(run[i] % 2 == 0 ? 0x3C : 0xBC); // exponents around 2^-7
        }

        for (var left = shape.Aggregate(2L, (bytes, size) => bytes * size); left > 0; left -= run.Length)
        {
            stream.Write(run, 0, (int)Math.Min(left, run.Length));
        }
    });
}
