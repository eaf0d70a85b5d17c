namespace LoraDiff.Tokenizers.Regexes;

/// <summary>What an <see cref="Instruction"/> does.</summary>
internal enum Operation
{
    Set,
    Loop,
    Fork,
    Jump,

    /// <summary>Remembers the place where a round of a loop begins.</summary>
    Mark,

    /// <summary>Fails when a round has matched nothing, so that loops end.</summary>
    Progress,
    Anchor,
    Look,
    Atomic,
    Match,
}
