using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Conversion.Models;
using LoraDiff.Native;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>Saves a model as a plain checkpoint folder: the weights as the model uses them now, adapters folded in, under the names and dtypes it was loaded with.</summary>
public static class CheckpointWriter
{
    internal const string HeadWeight = "lm_head.weight";
    internal const string EmbeddingWeight = "model.embed_tokens.weight";
    private const int ChunkBytes = 1 << 26;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Files that are copied beside the weights where the checkpoint has them.</summary>
    internal static IReadOnlyList<string> Companions { get; } =
    [
        "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model",
        "chat_template.jinja", "chat_template.json",
    ];

    /// <summary>Writes weights, configuration and the tokenizer's files. Tensors are made and written one at a time.</summary>
    /// <param name="model">The model; adapters that are enabled or merged count.</param>
    /// <param name="folder">Created if need be; an earlier checkpoint there is replaced.</param>
    /// <param name="maxShardBytes">The most tensor bytes in one file.</param>
    /// <param name="weightType">The dtype to write; null for each tensor's dtype in the checkpoint that was loaded.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <returns>The names of the files written.</returns>
    public static IReadOnlyList<string> Save(
        CausalModel model, string folder, long maxShardBytes = ShardedWriter.DefaultShardBytes, ScalarType? weightType = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var noGrad = no_grad();
        var modules = model.named_modules().ToDictionary(m => m.name, m => m.module, StringComparer.Ordinal);
        var tensors = model.CheckpointTensors.Select(t => Source(modules, t.Name, weightType ?? t.Type)).ToList();
        // One of them may have been adapted without the other: then they are no longer the same weight.
        var untied = model.Config.TieWordEmbeddings && !HeadEqualsEmbedding(modules);
        if (untied)
        {
            tensors.Add(Source(modules, HeadWeight, tensors.First(t => t.Name == EmbeddingWeight).Dtype));
        }

        Directory.CreateDirectory(folder);
        List<string> written = [.. ShardedWriter.Write(folder, tensors, maxShardBytes: maxShardBytes, cancellationToken: cancellationToken)];
        WriteConfig(model.Checkpoint, folder, untied, weightType);
        written.Add("config.json");
        foreach (var name in Companions)
        {
            var (from, to) = (Path.Combine(model.Checkpoint.Folder, name), Path.Combine(folder, name));
            if (File.Exists(from))
            {
                if (Path.GetFullPath(from) != Path.GetFullPath(to))
                {
                    File.Copy(from, to, overwrite: true);
                }

                written.Add(name);
            }
        }

        return written;
    }

    private static TensorSource Source(Dictionary<string, nn.Module> modules, string name, SafetensorsDtype dtype) => Source(modules, name, WeightTypes.Find(dtype)!.Value);

    private static TensorSource Source(Dictionary<string, nn.Module> modules, string name, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var shape = Current(modules, name).shape;
        return new TensorSource(name, WeightTypes.Find(type), shape, stream =>
        {
            using var inner = NewDisposeScope();
            using var noGrad = no_grad();
            Write(Current(modules, name).detach().to(type).cpu().contiguous(), stream);
        });
    }

    /// <summary>The tensor that a checkpoint's name stands for, as the module at that place computes with it now. The caller's scope owns it.</summary>
    private static Tensor Current(Dictionary<string, nn.Module> modules, string name)
    {
        var dot = name.LastIndexOf('.');
        var (path, leaf) = (name[..dot], name[(dot + 1)..]);
        var module = modules[path];
        if (module is not IEffectiveWeight layer)
        {
            return (module.get_parameter(leaf) ?? throw new InvalidOperationException($"'{path}' is now a {module.GetType().Name} without '{leaf}'.")).alias();
        }

        // A linear layer's answer to zero is its bias, whatever adapters have made of it.
        return leaf == "weight" ? layer.EffectiveWeight() : Answer((nn.Module<Tensor, Tensor>)module, layer);
    }

    private static Tensor Answer(nn.Module<Tensor, Tensor> linear, IEffectiveWeight layer)
    {
        using var scope = NewDisposeScope();
        var weight = layer.EffectiveWeight();
        return linear.forward(zeros([1, weight.size(1)], dtype: float32, device: weight.device)).view(-1).MoveToOuterDisposeScope();
    }

    private static bool HeadEqualsEmbedding(Dictionary<string, nn.Module> modules)
    {
        using var scope = NewDisposeScope();
        return Current(modules, HeadWeight).Equals(Current(modules, EmbeddingWeight));
    }

    /// <summary>Writes the bytes of a contiguous tensor on the CPU.</summary>
    internal static void Write(Tensor tensor, Stream stream)
    {
        var flat = tensor.view(-1);
        var step = ChunkBytes / flat.ElementSize;
        for (long done = 0; done < flat.NumberOfElements; done += step)
        {
            using var part = flat.narrow(0, done, Math.Min(step, flat.NumberOfElements - done));
            stream.Write(part.bytes);
        }
    }

    // Copied as it is where nothing in it has become untrue.
    private static void WriteConfig(CheckpointFolder source, string folder, bool untied, ScalarType? weightType)
    {
        var text = File.ReadAllText(Path.Combine(source.Folder, source.ConfigFile));
        if (untied || weightType is not null)
        {
            var json = JsonNode.Parse(text)!.AsObject();
            if (untied)
            {
                json["tie_word_embeddings"] = false;
            }

            if (weightType is { } type)
            {
                json[json.ContainsKey("torch_dtype") ? "torch_dtype" : "dtype"] = type.ToString().ToLowerInvariant();
            }

            text = json.ToJsonString(Indented) + "\n";
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), text);
    }
}
