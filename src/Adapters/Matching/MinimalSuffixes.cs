namespace LoraDiff.Adapters.Matching;

/// <summary>PEFT's shortening of long target lists: from 20 names on, the fewest dotted suffixes that tell the targets from all other modules.</summary>
internal static class MinimalSuffixes
{
    private const int WorthShortening = 20;

    public static IReadOnlyList<string> Shorten(IReadOnlyList<string> targets, IEnumerable<string> modules)
    {
        if (targets.Count < WorthShortening)
        {
            return targets;
        }

        var others = modules
            .Where(name => !targets.Contains(name) && !targets.Any(target => name.EndsWith("." + target, StringComparison.Ordinal)))
            .SelectMany(Suffixes)
            .ToHashSet(StringComparer.Ordinal);
        var chosen = new List<string>();
        foreach (var (target, suffixes) in targets.Select(target => (target, Suffixes(target))).OrderBy(item => item.Item2, Comparer<string[]>.Create(Compare)))
        {
            var free = suffixes.FirstOrDefault(suffix => !chosen.Contains(suffix) && !others.Contains(suffix));
            if (free is not null && !chosen.Any(suffix => target.EndsWith("." + suffix, StringComparison.Ordinal)))
            {
                chosen.Add(free);
            }
        }

        return chosen.Count < targets.Count ? chosen : targets;
    }

    // Shortest first.
    private static string[] Suffixes(string name)
    {
        var parts = name.Split('.');
        return [.. Enumerable.Range(1, parts.Length).Select(count => string.Join('.', parts[^count..]))];
    }

    private static int Compare(string[] a, string[] b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (string.CompareOrdinal(a[i], b[i]) is var order and not 0)
            {
                return order;
            }
        }

        return a.Length.CompareTo(b.Length);
    }
}
