namespace LoraDiff.Conversion.Generation;

/// <summary>One row's state after one forward, for showing a block as it fills.</summary>
public sealed record DecodingStep
{
    /// <summary>Number of the prompt in the list.</summary>
    public required int Row { get; init; }

    /// <summary>Number of the block among the row's generated blocks, from 0.</summary>
    public required int Block { get; init; }

    /// <summary>Number of the step within the block, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>Position of the block's first token relative to the end of the prompt; negative where the block begins inside the prompt.</summary>
    public required int Start { get; init; }

    /// <summary>The block's tokens after this step; −1 where nothing is committed yet.</summary>
    public required IReadOnlyList<int> Tokens { get; init; }

    /// <summary>Offsets within the block that this step committed, ascending.</summary>
    public required IReadOnlyList<int> Committed { get; init; }

    /// <summary>Confidence of each of <see cref="Committed"/>.</summary>
    public required IReadOnlyList<float> Confidence { get; init; }

    /// <summary>Forwards of this row so far.</summary>
    public required int Nfe { get; init; }
}
