using System.Globalization;
using System.Text.RegularExpressions;

namespace LoraDiff.Adapters.Matching;

/// <summary>PEFT's <c>check_target_module_exists</c>: which module names are adapted. <c>all-linear</c> must have been resolved to names before.</summary>
internal sealed class TargetMatcher
{
    private readonly ModulePatterns _targets;
    private readonly ModulePatterns? _excluded;
    private readonly Regex? _targetRegex;
    private readonly Regex? _excludedRegex;
    private readonly Regex[] _saved;
    private readonly OneOrMany<int>? _layers;
    private readonly Regex[] _layerNumbers;

    public TargetMatcher(LoraOptions options, ModulePatterns targets)
    {
        _targets = targets;
        _excluded = options.ExcludeModules;
        _targetRegex = targets.Regex is { } target ? PythonRegex.FullMatch(target, "target_modules") : null;
        _excludedRegex = _excluded?.Regex is { Length: > 0 } excluded ? PythonRegex.FullMatch(excluded, "exclude_modules") : null;
        _saved = [.. (options.ModulesToSave ?? []).Select(name => PythonRegex.Match(@"(^|.*\.)", name, @"($|\..*)", "modules_to_save"))];
        _layers = options.LayersToTransform is { Count: > 0 } layers ? layers : null;
        _layerNumbers = LayerNumbers(options.LayersPattern);
    }

    public TargetMatch Match(string name)
    {
        if (IsExcluded(name) || _saved.Any(saved => PythonRegex.Matches(saved, name, "modules_to_save")))
        {
            return TargetMatch.Excluded;
        }

        return IsTargeted(name) ? TargetMatch.Targeted : TargetMatch.Missed;
    }

    private static Regex[] LayerNumbers(OneOrMany<string>? patterns)
        => patterns is { Count: > 0 } && patterns.Any(pattern => pattern.Length > 0)
            ? [.. patterns.Select(pattern => PythonRegex.Match(@"(?:^|.*?\.)", pattern, @"\.(?<idx>\d+)\.", "layers_pattern"))]
            : [PythonRegex.Match(@".*?\.[^.]*", string.Empty, @"\.(?<idx>\d+)\.", "layers_pattern")];

    private bool IsExcluded(string name) => _excludedRegex is not null
        ? PythonRegex.Matches(_excludedRegex, name, "exclude_modules")
        : _excluded is not null && _excluded.Names.Any(suffix => ModulePatterns.IsNamed(name, suffix));

    private bool IsTargeted(string name)
    {
        if (_targetRegex is not null)
        {
            return PythonRegex.Matches(_targetRegex, name, "target_modules");
        }

        // A full name is a hit at once: layers_to_transform is not asked.
        return _targets.Names.Contains(name)
            || (_targets.Names.Any(target => name.EndsWith("." + target, StringComparison.Ordinal)) && IsChosenLayer(name));
    }

    private bool IsChosenLayer(string name)
    {
        if (_layers is null)
        {
            return true;
        }

        var number = _layerNumbers.Select(pattern => pattern.Match(name)).FirstOrDefault(match => match.Success)?.Groups["idx"].Value;
        return number is not null && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && _layers.Contains(layer);
    }
}
