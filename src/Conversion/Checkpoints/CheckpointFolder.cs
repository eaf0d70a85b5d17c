using System.Text.Json;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Models;
using LoraDiff.Safetensors;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>A Hugging Face checkpoint folder: its configuration, and where its weights, tokenizer and chat template are. Weights are not opened.</summary>
public sealed record CheckpointFolder
{
    private CheckpointFolder(string folder, ModelConfig config, GenerationDefaults generation)
    {
        Folder = folder;
        Config = config;
        Generation = generation;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The name of the configuration file that was read, usually <c>config.json</c>.</summary>
    public string ConfigFile { get; private init; } = "config.json";

    /// <summary>The model's shape, from <c>config.json</c>.</summary>
    public ModelConfig Config { get; }

    /// <summary>End, begin and padding tokens, and recommended sampling.</summary>
    public GenerationDefaults Generation { get; }

    /// <summary><c>model.safetensors</c>, or the shard index; null where the folder has no safetensors weights.</summary>
    public string? WeightsPath { get; private init; }

    /// <summary><c>tokenizer.json</c>, or null.</summary>
    public string? TokenizerPath { get; private init; }

    /// <summary>The chat template's Jinja source, or null where the checkpoint has none.</summary>
    public string? ChatTemplate { get; private init; }

    /// <summary>Reads the configuration files of a folder.</summary>
    /// <param name="folder">A folder with <c>config.json</c>.</param>
    /// <param name="options">Which unknown configuration keys to tolerate, or null.</param>
    /// <exception cref="CheckpointException">There is no usable <c>config.json</c>, or it asks for what is not supported.</exception>
    public static CheckpointFolder Open(string folder, ModelLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
        {
            throw new CheckpointException(folder, "the folder does not exist.");
        }

        var configPath = Path.Combine(folder, options?.ConfigFile ?? "config.json");
        if (!File.Exists(configPath))
        {
            throw new CheckpointException(folder, File.Exists(Path.Combine(folder, AdapterFolder.ConfigName))
                ? "this is an adapter, not a checkpoint: give the folder of its base model here, and this one as the adapter."
                : $"no {Path.GetFileName(configPath)} here; a checkpoint folder has config.json and *.safetensors.");
        }

        var json = JsonConfig.Read(configPath);
        var generation = GenerationDefaults.Read(Existing(folder, "generation_config.json"), json);
        return new CheckpointFolder(folder, ModelConfig.Read(json, options?.IgnoredConfigKeys ?? []), generation)
        {
            ConfigFile = Path.GetFileName(configPath),
            WeightsPath = Existing(folder, "model.safetensors") ?? Existing(folder, "model.safetensors.index.json"),
            TokenizerPath = Existing(folder, "tokenizer.json"),
            ChatTemplate = FindChatTemplate(folder),
        };
    }

    /// <summary>Opens the weights and validates their headers.</summary>
    /// <exception cref="CheckpointException">The folder has no safetensors weights.</exception>
    /// <exception cref="SafetensorsException">A file breaks a rule of the format.</exception>
    public SafetensorsSet OpenWeights()
    {
        if (WeightsPath is not null)
        {
            return SafetensorsSet.Open(WeightsPath);
        }

        var pickled = Directory.EnumerateFiles(Folder, "pytorch_model*.bin").Any();
        throw new CheckpointException(Folder, "neither model.safetensors nor model.safetensors.index.json is here."
            + (pickled ? " The pytorch_model*.bin here is a pickle, which can run code when read: convert it with save_pretrained(safe_serialization=True)." : " Was the download interrupted?"));
    }

    private static string? Existing(string folder, string name) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : null;

    // In the order of transformers: a file of its own wins over the tokenizer's configuration.
    private static string? FindChatTemplate(string folder)
    {
        if (Existing(folder, "chat_template.jinja") is { } jinja)
        {
            return File.ReadAllText(jinja);
        }

        foreach (var name in (string[])["chat_template.json", "tokenizer_config.json"])
        {
            if (Existing(folder, name) is { } path && JsonConfig.Read(path) is var json && json.Get("chat_template") is { } template)
            {
                return template.ValueKind == JsonValueKind.String ? template.GetString() : Named(json, template);
            }
        }

        return null;
    }

    private static string Named(JsonConfig json, JsonElement templates)
    {
        try
        {
            return templates.EnumerateArray().Single(t => t.GetProperty("name").GetString() == "default").GetProperty("template").GetString()
                ?? throw json.Refuse("chat_template", "the template named 'default' is null.");
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException)
        {
            throw json.Refuse("chat_template", "expected a template, or a list of named ones of which one is called 'default'.");
        }
    }
}
