namespace LoraDiff.Tokenizers.Regexes;

/// <summary>A parsed pattern.</summary>
internal abstract record RegexNode
{
    /// <summary>One character of a set.</summary>
    public sealed record One(CharSet Set) : RegexNode;

    /// <summary>Parts in order; none of them matches the empty text.</summary>
    public sealed record Sequence(IReadOnlyList<RegexNode> Parts) : RegexNode;

    /// <summary>The first of several that lets the rest match.</summary>
    public sealed record Choice(IReadOnlyList<RegexNode> Options) : RegexNode;

    /// <summary>A part so many times; −1 is without limit.</summary>
    public sealed record Repeat(RegexNode Part, int Least, int Most, RepeatMode Mode) : RegexNode;

    /// <summary>A part that is not tried another way once it has matched.</summary>
    public sealed record Atomic(RegexNode Part) : RegexNode;

    /// <summary>A condition on what follows or precedes.</summary>
    public sealed record Look(RegexNode Part, bool Behind, bool Negative) : RegexNode;

    /// <summary>A condition on the place.</summary>
    public sealed record Anchor(AnchorKind Kind) : RegexNode;
}
