namespace LoraDiff.Tokenizers;

/// <summary>A token that is found in the text as it stands, before the model sees it.</summary>
public sealed record AddedToken
{
    /// <summary>The token's id: that of the model's vocabulary where it has the token, else counted on from it, as in the Rust library; the id in the file is only a record.</summary>
    public required int Id { get; init; }

    /// <summary>The text that it matches.</summary>
    public required string Content { get; init; }

    /// <summary>Whether it counts as markup: left out by decoding with <c>skipSpecialTokens</c>. Default false.</summary>
    public bool Special { get; init; }

    /// <summary>Whether it matches only where no word character stands beside it. Default false.</summary>
    public bool SingleWord { get; init; }

    /// <summary>Whether it takes the white space to its left. Default false.</summary>
    public bool LStrip { get; init; }

    /// <summary>Whether it takes the white space to its right. Default false.</summary>
    public bool RStrip { get; init; }

    /// <summary>Whether it is looked for in the normalized text rather than in the text as given. Default false.</summary>
    public bool Normalized { get; init; }
}
