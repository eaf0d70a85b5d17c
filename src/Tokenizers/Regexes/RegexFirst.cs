namespace LoraDiff.Tokenizers.Regexes;

/// <summary>The characters that a match can begin with, so that most places need no trial.</summary>
internal static class RegexFirst
{
    /// <summary>The set, or null where a match may be empty or nothing is known.</summary>
    public static CharSet? Of(RegexNode node)
    {
        var sets = new List<CharSet>();
        return Collect(node, sets) ? null : new CharSet(parts: sets);
    }

    // Adds what a node may begin with; true where it may match the empty text.
    private static bool Collect(RegexNode node, List<CharSet> sets)
    {
        switch (node)
        {
            case RegexNode.One one:
                sets.Add(one.Set);
                return false;
            case RegexNode.Sequence sequence:
                return sequence.Parts.All(part => Collect(part, sets));
            case RegexNode.Choice choice:
                return choice.Options.Aggregate(false, (empty, option) => Collect(option, sets) | empty);
            case RegexNode.Repeat repeat:
                return Collect(repeat.Part, sets) | repeat.Least == 0;
            case RegexNode.Atomic atomic:
                return Collect(atomic.Part, sets);
            default:
                // Anchors and looks take nothing: what follows decides.
                return true;
        }
    }
}
