namespace LoraDiff.Adapters;

/// <summary>The checks of PEFT's <c>LoraConfig</c> that need no model.</summary>
internal static class LoraOptionsRules
{
    private static readonly string[] TaskTypes =
        ["SEQ_CLS", "SEQ_2_SEQ_LM", "CAUSAL_LM", "TOKEN_CLS", "QUESTION_ANS", "FEATURE_EXTRACTION"];

    public static void Check(LoraOptions o)
    {
        RequirePositiveRank(o.Rank, "r");
        foreach (var (pattern, rank) in o.RankPattern)
        {
            RequirePositiveRank(rank, $"rank_pattern['{pattern}']");
        }

        if (!(o.Dropout >= 0 && o.Dropout < 1))
        {
            throw new AdapterException($"lora_dropout is {o.Dropout}; it must be at least 0 and below 1.");
        }

        foreach (var (key, alpha) in o.AlphaPattern.Select(pair => ($"alpha_pattern['{pair.Key}']", pair.Value)).Prepend(("lora_alpha", o.Alpha)))
        {
            if (!float.IsFinite((float)alpha))
            {
                throw new AdapterException($"{key} is {alpha}; it must be a number that float32 holds.");
            }
        }

        if (o.TaskType is { } task && !TaskTypes.Contains(task))
        {
            throw new AdapterException($"task_type is '{task}'; it must be null or one of {string.Join(", ", TaskTypes)}.");
        }

        CheckLayers(o);
        CheckCombinations(o);
    }

    private static void RequirePositiveRank(int rank, string key)
    {
        if (rank <= 0)
        {
            throw new AdapterException($"{key} is {rank}; a rank must be a positive integer.");
        }
    }

    private static void CheckLayers(LoraOptions o)
    {
        if (o.TargetModules?.Regex is { } regex && (o.LayersToTransform is not null || o.LayersPattern is not null))
        {
            throw new AdapterException(o.TargetModules.IsAllLinear
                ? "layers_to_transform and layers_pattern cannot be used when target_modules is 'all-linear', which means the linear layers of every block; list the modules, such as q_proj and v_proj."
                : $"layers_to_transform and layers_pattern cannot be used when target_modules is the regular expression '{regex}'; say the layers in the expression, or list the modules.");
        }

        if (o.LayersPattern is { Count: > 0 } && o.LayersToTransform is null)
        {
            throw new AdapterException($"layers_pattern is {o.LayersPattern} but layers_to_transform is not set; give both or neither.");
        }
    }

    private static void CheckCombinations(LoraOptions o)
    {
        if (o.LoraBias && o.Init is not (LoraInit.Default or LoraInit.Random))
        {
            throw new AdapterException($"lora_bias needs init_lora_weights true or false, not '{o.Init}'.");
        }

        if (o.LoraBias && o.UseDora)
        {
            throw new AdapterException("lora_bias and use_dora cannot be combined; leave one of them out.");
        }

        if (o.Init is LoraInit.Pissa or LoraInit.Olora && o.UseDora)
        {
            throw new AdapterException(
                $"use_dora cannot be combined with init_lora_weights '{o.Init}': the result could not be written as a plain adapter. Use init true.");
        }

        if (o.Init is LoraInit.Orthogonal && (o.Rank % 2 != 0 || o.RankPattern.Values.Any(rank => rank % 2 != 0)))
        {
            throw new AdapterException("init_lora_weights 'orthogonal' needs even ranks.");
        }
    }
}
