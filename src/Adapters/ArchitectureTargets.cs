namespace LoraDiff.Adapters;

/// <summary>What PEFT adapts when <c>target_modules</c> is null: a table by <c>config.json</c>'s <c>model_type</c>.</summary>
public static class ArchitectureTargets
{
    private static readonly Dictionary<string, ModulePatterns> ByModelType = Build();

    /// <summary>The default targets of an architecture, or null where PEFT has none and targets must be given.</summary>
    /// <param name="modelType">For example <c>qwen3</c>.</param>
    public static ModulePatterns? For(string modelType) => ByModelType.GetValueOrDefault(modelType);

    private static Dictionary<string, ModulePatterns> Build()
    {
        var table = new Dictionary<string, ModulePatterns>(StringComparer.Ordinal);
        Add(["q_proj", "v_proj"], "llama", "llama4", "mistral", "mixtral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "stablelm", "opt", "gptj", "gpt_neo", "bart");
        Add(["query_key_value"], "gpt_neox", "bloom", "chatglm", "falcon", "RefinedWeb", "RefinedWebModel");
        Add(["c_attn"], "gpt2", "gpt_bigcode");
        Add(["q_proj", "v_proj", "fc1", "fc2"], "phi");
        Add(["q_proj", "k_proj", "v_proj", "o_proj"], "nemotron_h");
        Add(["q", "v"], "t5", "mt5");
        Add(["query", "value"], "bert", "roberta", "xlm-roberta", "electra");
        Add(["query_proj", "value_proj"], "deberta-v2");
        Add(["in_proj"], "deberta");
        Add(["q", "v", "q_proj", "v_proj"], "blip-2");
        Add(["Wqkv"], "mpt");
        Add(["c_proj", "c_attn"], "btlm");
        Add(["qkv_proj"], "codegen");
        Add(["key", "value", "receptance", "output"], "rwkv");
        Add(["r_proj", "k_proj", "v_proj", "o_proj", "key", "value"], "rwkv7");
        Add(@".*language_model\..*\.(q_proj|v_proj)", "gemma4");
        return table;

        void Add(ModulePatterns patterns, params ReadOnlySpan<string> modelTypes)
        {
            foreach (var type in modelTypes)
            {
                table[type] = patterns;
            }
        }
    }
}
