using System.Globalization;
using LoraDiff.Adapters.Layers;
using LoraDiff.Adapters.Matching;

namespace LoraDiff.Adapters.Injection;

/// <summary>Which layers get factors, with which rank and scale.</summary>
internal static class TargetPlanner
{
    public static IReadOnlyList<PlannedLayer> Plan(IReadOnlyList<ModuleNode> nodes, ref LoraOptions options, List<string> warnings)
    {
        var targets = Resolve(nodes, options);
        var fromAllLinear = options.TargetModules!.IsAllLinear;
        options = options with { TargetModules = targets };
        var matcher = new TargetMatcher(options, targets);
        var matches = nodes.ToDictionary(node => node.Path, node => matcher.Match(node.Path));
        ModuleNode[] hits = [.. nodes.Where(node => matches[node.Path] == TargetMatch.Targeted)];
        var excluded = matches.ContainsValue(TargetMatch.Excluded);
        if (hits.Length == 0)
        {
            throw NothingMatched(options, excluded);
        }

        Warn(options, fromAllLinear, nodes, hits, warnings);
        var ranks = new PatternTable<int>(options.RankPattern, "rank_pattern");
        var alphas = new PatternTable<double>(options.AlphaPattern, "alpha_pattern");
        var (defaultRank, defaultAlpha, rslora, bias) = (options.Rank, options.Alpha, options.UseRslora, options.LoraBias);
        var planned = hits.Select(node => Plan(node, ranks.For(node.Path, defaultRank), alphas.For(node.Path, defaultAlpha), rslora, bias)).ToArray();
        CheckInit(options.Init, planned);
        return planned;
    }

    private static PlannedLayer Plan(ModuleNode node, int rank, double alpha, bool rslora, bool bias)
    {
        if (node.Kind is not { } kind)
        {
            throw new AdapterException($"'{node.Path}' is targeted but is a {node.Base.GetType().Name}, which cannot be adapted. Supported are {LayerKinds.Supported}.");
        }

        var type = kind == LayerKind.Linear ? typeof(LoraLinear) : typeof(LoraEmbedding);
        if (node.Module is AdaptedLayer layer ? layer.GetType() != type : false)
        {
            throw new AdapterException($"'{node.Path}' has trained token rows of another adapter; it cannot get low-rank factors too.");
        }

        if (kind == LayerKind.Embedding && bias)
        {
            throw new AdapterException($"'{node.Path}' is an embedding; lora_bias is for linear layers only.");
        }

        TreeSurgery.CheckReplaceable(node, type);
        return new PlannedLayer(node, kind, rank, rslora ? alpha / Math.Sqrt(rank) : alpha / rank);
    }

    private static void CheckInit(LoraInit init, PlannedLayer[] layers)
    {
        if (init is LoraInit.Pissa or LoraInit.Olora && layers.FirstOrDefault(layer => layer.Kind == LayerKind.Embedding) is { } embedding)
        {
            throw new AdapterException($"init_lora_weights '{init}' is for linear layers, but '{embedding.Node.Path}' is an embedding; use true, or leave it out.");
        }
    }

    private static ModulePatterns Resolve(IReadOnlyList<ModuleNode> nodes, LoraOptions options)
    {
        if (options.TargetModules is not { } targets)
        {
            throw new AdapterException(
                $"target_modules is not set. List the modules, use \"all-linear\", or take PEFT's default for the model type from {nameof(ArchitectureTargets)}.{nameof(ArchitectureTargets.For)}.");
        }

        IReadOnlyList<string> names = targets.IsAllLinear ? AllLinear(nodes, options) : targets.Names;
        return targets.Regex is not null && !targets.IsAllLinear
            ? targets
            : ModulePatterns.Of([.. MinimalSuffixes.Shorten([.. names.Distinct()], nodes.Select(node => node.Path))]);
    }

    private static string[] AllLinear(IReadOnlyList<ModuleNode> nodes, LoraOptions options)
    {
        var head = OutputHead(nodes) ?? (options.TaskType == "SEQ_CLS" ? nodes.FirstOrDefault(node => PeftNames.Classifiers.Contains(node.Path)) : null);
        return [.. nodes.Where(node => node.Kind == LayerKind.Linear && node != head).Select(node => node.Path)];
    }

    // PEFT asks the model for its output embedding; here it is known by its name at the root, or by sharing the table of an embedding.
    private static ModuleNode? OutputHead(IReadOnlyList<ModuleNode> nodes)
        => nodes.FirstOrDefault(node => node.Kind == LayerKind.Linear && PeftNames.Heads.Contains(node.Path))
            ?? nodes.FirstOrDefault(node => node.Kind == LayerKind.Linear && Ties.Embeddings(nodes, node).Any());

    private static string[] Idle(ModulePatterns patterns, IReadOnlyList<ModuleNode> modules)
        => [.. patterns.Names.Where(name => !modules.Any(module => ModulePatterns.IsNamed(module.Path, name)))];

    private static AdapterException NothingMatched(LoraOptions options, bool excluded)
    {
        var targets = options.TargetModules!;
        var layers = options.LayersToTransform is { } numbers ? $" layers_to_transform is {numbers}." : string.Empty;
        return new AdapterException((targets.Regex is null && targets.Names.Count == 0
            ? "target_modules is empty: nothing would be adapted. Name the modules to adapt."
            : excluded
                ? $"No module is left to adapt: what target_modules {targets} matches is excluded by exclude_modules or modules_to_save. Check these three."
                : $"target_modules {targets} matches no module of this model. A name must be a whole dotted suffix (q_proj, self_attn.q_proj); an expression must match the whole name.") + layers);
    }

    private static void Warn(LoraOptions options, bool fromAllLinear, IReadOnlyList<ModuleNode> nodes, ModuleNode[] hits, List<string> warnings)
    {
        // The names that all-linear stands for were not asked for one by one.
        string[] idle = fromAllLinear ? [] : Idle(options.TargetModules!, hits);
        if (idle.Length > 0)
        {
            warnings.Add($"target_modules lists {string.Join(", ", idle)}, which adapts nothing in this model.");
        }

        if (options.ExcludeModules is { } exclude)
        {
            string[] unused = Idle(exclude, nodes);
            if (exclude.Regex is { Length: > 0 } && !nodes.Any(node => exclude.Matches(node.Path)))
            {
                warnings.Add($"exclude_modules {exclude} excludes nothing in this model: as an expression it must match a module's whole name. To exclude by the end of a name, list it.");
            }
            else if (unused.Length > 0)
            {
                warnings.Add($"exclude_modules lists {string.Join(", ", unused)}, which excludes nothing in this model.");
            }
        }

        if (options.LayersToTransform is { } layers)
        {
            var missing = layers.Where(layer => !hits.Any(hit => hit.Path.Split('.').Contains(layer.ToString(CultureInfo.InvariantCulture)))).ToArray();
            if (missing.Length > 0)
            {
                warnings.Add($"layers_to_transform lists {string.Join(", ", missing)}, where nothing is adapted in this model.");
            }
        }

        foreach (var (key, patterns) in new[] { ("rank_pattern", options.RankPattern.Keys), ("alpha_pattern", options.AlphaPattern.Keys) })
        {
            var unused = patterns.Where(pattern => !hits.Any(hit => PythonRegex.Matches(PythonRegex.Match(@"(.*\.)?(", pattern, ")$", key), hit.Path, key))).ToArray();
            if (unused.Length > 0)
            {
                warnings.Add($"{key} has {string.Join(", ", unused)}, which matches no adapted module.");
            }
        }
    }
}
