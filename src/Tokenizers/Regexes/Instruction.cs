namespace LoraDiff.Tokenizers.Regexes;

/// <summary>One step of a compiled pattern.</summary>
internal readonly record struct Instruction(Operation Operation)
{
    /// <summary>The set of Set and Loop.</summary>
    public CharSet? Set { get; init; }

    /// <summary>The part of Look and Atomic.</summary>
    public RegexProgram? Part { get; init; }

    /// <summary>Where Jump and Fork go first; the least count of Loop; the slot of Mark and Progress.</summary>
    public int First { get; init; }

    /// <summary>Where Fork goes when that fails; the largest count of Loop.</summary>
    public int Second { get; init; }

    public RepeatMode Mode { get; init; }

    public AnchorKind Anchor { get; init; }

    public bool Behind { get; init; }

    public bool Negative { get; init; }
}
