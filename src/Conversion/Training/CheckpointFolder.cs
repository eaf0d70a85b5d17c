using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Training;

/// <summary>
/// The checkpoints of a run: one folder each, which is a usable adapter folder with the optimiser's moments (<c>training.safetensors</c>) and <c>state.json</c> beside it. A folder appears under its
/// name only when it is complete.
/// </summary>
internal sealed class CheckpointFolder(string run)
{
    public const string TensorsName = "training.safetensors";

    public const string Name = "checkpoints";

    private const string Prefix = "step-";

    private readonly string _root = Path.Combine(run, Name);

    /// <summary>The newest complete checkpoint, or null.</summary>
    public string? Newest => All().LastOrDefault();

    /// <summary>Writes a checkpoint and removes the oldest beyond <paramref name="keep"/>.</summary>
    public string Save(TrainingState state, LoraAdapter adapter, AdamW optimizer, string? baseModelName, int keep)
    {
        Directory.CreateDirectory(_root);
        foreach (var leftover in Directory.EnumerateDirectories(_root, ".tmp-*"))
        {
            Directory.Delete(leftover, recursive: true);
        }

        var name = Prefix + state.Step.ToString("D8", CultureInfo.InvariantCulture);
        var temporary = Path.Combine(_root, ".tmp-" + name);
        adapter.Save(temporary, baseModelName);
        state.Recipe.Save(temporary);
        WriteTensors(Path.Combine(temporary, TensorsName), optimizer);
        WriteState(temporary, state);

        var final = Path.Combine(_root, name);
        if (Directory.Exists(final))
        {
            Directory.Delete(final, recursive: true);
        }

        Directory.Move(temporary, final);
        foreach (var old in All().SkipLast(keep))
        {
            Directory.Delete(old, recursive: true);
        }

        return final;
    }

    /// <summary>Removes all checkpoints, complete or not.</summary>
    public void Clear()
    {
        if (!Directory.Exists(_root))
        {
            return;
        }

        foreach (var folder in (string[])[.. Directory.EnumerateDirectories(_root, Prefix + "*"), .. Directory.EnumerateDirectories(_root, ".tmp-*")])
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes what a checkpoint says about its run; the file appears complete or not at all.</summary>
    public static void WriteState(string checkpoint, TrainingState state)
        => ReplacedFile.Write(Path.Combine(checkpoint, TrainingState.FileName), Settings.ToJson(state) + "\n");

    /// <summary>Reads what a checkpoint says about its run.</summary>
    public static TrainingState ReadState(string checkpoint)
    {
        var path = Path.Combine(checkpoint, TrainingState.FileName);
        try
        {
            var text = File.ReadAllText(path);
            if (JsonNode.Parse(text) is JsonObject state && state["format"] is JsonValue format && format.TryGetValue(out int number) && number != TrainingState.CurrentFormat)
            {
                throw new TrainingException(
                    $"Checkpoint '{checkpoint}' has format {number}, expected {TrainingState.CurrentFormat}: whether a run would go on as it began can only be told from what that format records. Resume it with the version that wrote it, or train into another folder.");
            }

            return Settings.FromJson<TrainingState>(text, path);
        }
        catch (Exception e) when (e is RecipeException or JsonException or IOException or UnauthorizedAccessException)
        {
            throw Damaged(checkpoint, e);
        }
    }

    /// <summary>Puts a checkpoint's parameters and moments back.</summary>
    /// <exception cref="TrainingException">The tensors cannot be read, or are not those of the optimiser.</exception>
    public static void Restore(string checkpoint, AdamW optimizer)
    {
        try
        {
            Fill(checkpoint, optimizer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Damaged(checkpoint, e);
        }
    }

    private static void Fill(string checkpoint, AdamW optimizer)
    {
        using var noGrad = no_grad();
        using var file = SafetensorsFile.Open(Path.Combine(checkpoint, TensorsName));
        var expected = 0;
        foreach (var (name, value, first, second) in optimizer.State())
        {
            using var scope = NewDisposeScope();
            Copy("parameter." + name, value);
            Copy("exp_avg." + name, first);
            Copy("exp_avg_sq." + name, second);
            expected += 3;
        }

        if (file.Tensors.Count != expected)
        {
            throw new TrainingException($"Checkpoint '{checkpoint}' holds {file.Tensors.Count} tensors; the adapter has {expected}. Was it made with other adapter options?");
        }

        void Copy(string name, Tensor target)
        {
            var shape = target.shape;
            if (!file.Contains(name) || !file[name].Shape.SequenceEqual(shape) || file[name].Dtype != SafetensorsDtype.F32)
            {
                var found = file.Contains(name) ? file[name].ToString() : "nothing of that name";
                throw new TrainingException($"Checkpoint '{checkpoint}': expected '{name}' as F32 [{string.Join(", ", shape)}], found {found}. Was it made with other adapter options?");
            }

            var loaded = empty(shape);
            file.Read(file[name], loaded.bytes);
            target.copy_(loaded);
        }
    }

    private static TrainingException Damaged(string checkpoint, Exception cause)
        => new($"Checkpoint '{checkpoint}' cannot be read: {cause.Message} Remove the folder to go on from the one before, or start anew (--overwrite).", cause);

    private string[] All() => Directory.Exists(_root)
        ? [.. Directory.EnumerateDirectories(_root, Prefix + "*").Where(d => File.Exists(Path.Combine(d, TrainingState.FileName))).Order(StringComparer.Ordinal)]
        : [];

    private static void WriteTensors(string path, AdamW optimizer)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        List<TensorSource> sources = [];
        foreach (var (name, value, first, second) in optimizer.State())
        {
            sources.Add(Source("parameter." + name, value));
            sources.Add(Source("exp_avg." + name, first));
            sources.Add(Source("exp_avg_sq." + name, second));
        }

        SafetensorsWriter.Write(path, sources);

        static TensorSource Source(string name, Tensor tensor) => new(name, SafetensorsDtype.F32, tensor.shape, stream =>
        {
            using var plain = tensor.detach().cpu().contiguous();
            stream.Write(plain.bytes);
        });
    }
}
