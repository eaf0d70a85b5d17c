namespace LoraDiff.Adapters.Files;

/// <summary>
/// PiSSA and OLoRA as plain LoRA: A' = [A; A₀], B' = [B, −B₀], so twice the rank, and an alpha that leaves the scale as it is. Readers need not repeat the decomposition then.
/// </summary>
internal static class ConvertedOptions
{
    public static LoraOptions Plain(LoraOptions o)
    {
        if (o.Init is not (LoraInit.Pissa or LoraInit.Olora))
        {
            return o;
        }

        var factor = o.UseRslora ? Math.Sqrt(2) : 2;
        return o with
        {
            Init = LoraInit.Default,
            Rank = 2 * o.Rank,
            Alpha = factor * o.Alpha,
            RankPattern = Map(o.RankPattern, rank => 2 * rank),
            AlphaPattern = Map(o.AlphaPattern, alpha => factor * alpha),
        };
    }

    private static OrderedDictionary<string, T> Map<T>(IReadOnlyDictionary<string, T> values, Func<T, T> change)
        => new(values.Select(pair => KeyValuePair.Create(pair.Key, change(pair.Value))));
}
