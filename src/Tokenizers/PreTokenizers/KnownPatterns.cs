using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>Patterns of published tokenizers that have a splitter written by hand, by their text.</summary>
internal static class KnownPatterns
{
    /// <summary>The pattern built into ByteLevel.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Capitals = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Smalls = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string Lead = @"[^\r\n\p{L}\p{N}]?";
    private const string Tail = @"|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly Dictionary<string, Func<Splitter>> Makers = new(StringComparer.Ordinal)
    {
        [Contractions + "|" + Lead + @"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Tail] = () => new WordSplitter(CharClass.Letter, 1),
        [Contractions + "|" + Lead + @"[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + Tail] = () => new WordSplitter(CharClass.Letter | CharClass.Mark, 1),
        [Contractions + "|" + Lead + @"\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Tail] = () => new WordSplitter(CharClass.Letter, 3),
        ["'(?i:[sdmt]|ll|ve|re)|" + Lead + @"\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s"] = () => new WordSplitter(CharClass.Letter, 3),
        [Lead + Capitals + "*" + Smalls + "+|" + Lead + Capitals + "+" + Smalls + @"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + Tail] = () => new CapitalSplitter(1, contractions: false),
        [Lead + Capitals + "*" + Smalls + "+" + Contractions + "?|" + Lead + Capitals + "+" + Smalls + "*" + Contractions + @"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + Tail]
            = () => new CapitalSplitter(3, contractions: true),
        [@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*" + Tail] = () => new DeepSeekSplitter(),
        [Gpt2] = () => new Gpt2Splitter(),
        [@"\p{N}"] = () => new ClassSplitter(CharClass.Number, 1),
        [@"\p{N}{1,3}"] = () => new ClassSplitter(CharClass.Number, 3),
    };

    /// <summary>The patterns.</summary>
    public static IEnumerable<string> All => Makers.Keys;

    /// <summary>The splitter written for a pattern, or null. Raw line breaks and their escapes are the same to it.</summary>
    public static Splitter? Find(string pattern)
        => Makers.TryGetValue(pattern.Replace("\r", @"\r", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal), out var make) ? make() : null;
}
