namespace LoraDiff.Conversion.Data;

/// <summary>How much there is of a kind.</summary>
/// <param name="Documents">Documents.</param>
/// <param name="Tokens">Their tokens, without padding.</param>
/// <param name="SupervisedTokens">Those that are learnt.</param>
public sealed record KindCount(int Documents, long Tokens, long SupervisedTokens);
