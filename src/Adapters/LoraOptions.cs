using System.Text.Json;
using LoraDiff.Adapters.Files;

namespace LoraDiff.Adapters;

/// <summary>
/// What is adapted and how; one record for what PEFT calls <c>LoraConfig</c> and writes to <c>adapter_config.json</c>.
/// Names in angle brackets below are the JSON keys.
/// </summary>
public sealed record LoraOptions
{
    /// <summary>Rank of the update, <c>r</c>. Default 8.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Numerator of the scale α/r, <c>lora_alpha</c>. Default 8.</summary>
    public double Alpha { get; init; } = 8;

    /// <summary>Dropout on the input of A while training, <c>lora_dropout</c>, in [0, 1). Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Scale by α/√r in place of α/r, <c>use_rslora</c>.</summary>
    public bool UseRslora { get; init; }

    /// <summary>Weight-decomposed LoRA: a trained magnitude for every output, <c>use_dora</c>.</summary>
    public bool UseDora { get; init; }

    /// <summary>A bias on B, <c>lora_bias</c>.</summary>
    public bool LoraBias { get; init; }

    /// <summary>Which of the model's own biases are trained, <c>bias</c>.</summary>
    public BiasTraining Bias { get; init; }

    /// <summary>How fresh factors are filled, <c>init_lora_weights</c>.</summary>
    public LoraInit Init { get; init; }

    /// <summary>The modules to adapt, <c>target_modules</c>. Null is refused by a tree; see <see cref="ArchitectureTargets"/> for PEFT's defaults by model type.</summary>
    public ModulePatterns? TargetModules { get; init; }

    /// <summary>Modules left alone though they are targeted, <c>exclude_modules</c>.</summary>
    public ModulePatterns? ExcludeModules { get; init; }

    /// <summary>Layer numbers to which listed targets are limited, <c>layers_to_transform</c>.</summary>
    public OneOrMany<int>? LayersToTransform { get; init; }

    /// <summary>The name before the layer number, <c>layers_pattern</c>; null takes the first number in a module's name.</summary>
    public OneOrMany<string>? LayersPattern { get; init; }

    /// <summary>Ranks by module name pattern, <c>rank_pattern</c>; the first that matches in enumeration order wins. A file holds them sorted by key.</summary>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new OrderedDictionary<string, int>();

    /// <summary>Alphas by module name pattern, <c>alpha_pattern</c>; as <see cref="RankPattern"/>.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new OrderedDictionary<string, double>();

    /// <summary>Modules of which a full copy is trained and saved, <c>modules_to_save</c>. As in PEFT the end of a name is enough: <c>norm</c> also means every <c>input_layernorm</c>.</summary>
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>Embedding rows that are trained, <c>trainable_token_indices</c>. With tied embeddings the head sees the same rows.</summary>
    public TokenRows? TrainableTokens { get; init; }

    /// <summary>Whether modules that share a parameter with one in <see cref="ModulesToSave"/> see its trained copy too, <c>ensure_weight_tying</c>. Refused where such a module is targeted.</summary>
    public bool EnsureWeightTying { get; init; }

    /// <summary>Hub id or folder of the base model, <c>base_model_name_or_path</c>.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Revision of the base model, <c>revision</c>.</summary>
    public string? Revision { get; init; }

    /// <summary><c>task_type</c>. Default <c>CAUSAL_LM</c>.</summary>
    public string? TaskType { get; init; } = "CAUSAL_LM";

    /// <summary>What reading the configuration had to remark, one sentence each; empty for options made in code.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Keys that change nothing here and are kept so that a file written again is the file read.</summary>
    internal IReadOnlyDictionary<string, JsonElement> KeptAsRead { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Reads <c>adapter_config.json</c> from an adapter folder.</summary>
    /// <exception cref="AdapterException">It is missing, is not JSON, or says something that cannot be honoured.</exception>
    public static LoraOptions Read(string folder) => AdapterConfigReader.Read(Path.Combine(folder, AdapterFolder.ConfigName));

    /// <summary>Parses the text of an <c>adapter_config.json</c>.</summary>
    /// <exception cref="AdapterException">It is not JSON, or says something that cannot be honoured.</exception>
    public static LoraOptions FromJson(string json) => AdapterConfigReader.Parse(json, AdapterFolder.ConfigName);

    /// <summary>The text of <c>adapter_config.json</c> as PEFT 0.21 writes it: every key, sorted, two spaces of indentation.</summary>
    public string ToJson() => AdapterConfigWriter.Write(this);

    /// <summary>Refuses values that no module tree could honour.</summary>
    /// <exception cref="AdapterException">A value is out of its range, or two contradict each other.</exception>
    public void Validate() => LoraOptionsRules.Check(this);
}
