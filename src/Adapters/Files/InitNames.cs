namespace LoraDiff.Adapters.Files;

/// <summary><c>init_lora_weights</c> ↔ <see cref="LoraInit"/>.</summary>
internal static class InitNames
{
    /// <summary>The names, beside true and false.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<LoraInit>().Select(Value).OfType<string>()];

    public static LoraInit? Parse(string name) => name.ToLowerInvariant() switch
    {
        "gaussian" => LoraInit.Gaussian,
        "pissa" => LoraInit.Pissa,
        "olora" => LoraInit.Olora,
        "orthogonal" => LoraInit.Orthogonal,
        "eva" => LoraInit.Eva,
        "mica" => LoraInit.Mica,
        _ => null,
    };

    public static object Value(LoraInit init) => init switch
    {
        LoraInit.Default => true,
        LoraInit.Random => false,
        LoraInit.Gaussian => "gaussian",
        LoraInit.Pissa => "pissa",
        LoraInit.Olora => "olora",
        LoraInit.Orthogonal => "orthogonal",
        LoraInit.Eva => "eva",
        LoraInit.Mica => "mica",
        _ => throw new ArgumentOutOfRangeException(nameof(init), init, null),
    };
}
