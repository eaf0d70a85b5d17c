namespace LoraDiff.Conversion.Data;

/// <summary>How data is read and cut.</summary>
public sealed record DataOptions
{
    /// <summary>Longest document in tokens; <see cref="Truncation"/> and <see cref="LongTexts"/> say what happens to longer ones. Default 1024.</summary>
    public int MaxLength { get; init; } = 1024;

    /// <summary>What happens to a prompt with its completion that is too long. Default: the end is cut off, and the answer gets no end token.</summary>
    public Truncation Truncation { get; init; }

    /// <summary>What happens to a <c>text</c> that is too long. Default: windows.</summary>
    public LongTexts LongTexts { get; init; }

    /// <summary>Tokens that a window repeats from the one before as context, which it does not learn again. Default 0.</summary>
    public int WindowOverlap { get; init; }

    /// <summary>Whether a text, or a completion without a chat template, gets the model's end token where it ends. Default true.</summary>
    public bool EndToken { get; init; } = true;

    /// <summary>Which answers of a conversation are learnt. Default: all.</summary>
    public AnswerChoice Answers { get; init; }

    /// <summary>Keys of the JSON lines. Default: the usual names.</summary>
    public DataColumns Columns { get; init; } = new();

    /// <summary>What the files hold. Default: by their names.</summary>
    public DataFormat DataFormat { get; init; }

    /// <summary>What one document of a plain text file is. Default: the file.</summary>
    public TextUnit TextUnit { get; init; }

    /// <summary>Whether broken lines are left out and reported. Default false: the first one is an error.</summary>
    public bool SkipBroken { get; init; }

    /// <summary>Longest line in bytes; a longer one is a broken line, and is never held in memory. Default 64 MiB.</summary>
    public int MaxLineBytes { get; init; } = 64 << 20;

    /// <summary>Records at most; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether records are taken in an order drawn with <see cref="DataSeed"/>, which with <see cref="Limit"/> makes a random sample. Default false: in the files' order. Training shuffles every epoch anyway.</summary>
    public bool Shuffle { get; init; }

    /// <summary>The share of the records that is kept apart for evaluation, from 0 up to and without 1. A record goes where its prompt (or text) sends it, so that duplicates never stand on both sides. Default 0.</summary>
    public double EvalShare { get; init; }

    /// <summary>Documents of <see cref="EvalShare"/> that are measured at most, the first ones; each is computed at every evaluation. Default 256.</summary>
    public int EvalLimit { get; init; } = 256;

    /// <summary>Seed of shuffling, splitting and fractional weights. Default 0.</summary>
    public long DataSeed { get; init; }

    /// <summary>Folder for tokenised data, made where it is missing; null keeps nothing for the next run. Default null.</summary>
    public string? DataCache { get; init; }

    /// <summary>Input up to this many bytes is kept in memory; tokens of more go to a temporary file, or to <see cref="DataCache"/>. Default 256 MiB.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>The most that <see cref="MaxLineBytes"/> may be (512 MiB): a line, its copy for the tokenizer's threads and its text must each fit one array.</summary>
    public const int LongestLine = 1 << 29;

    /// <summary>Keys that <see cref="With"/> knows.</summary>
    public static IReadOnlyList<string> Keys { get; } = Settings.Keys(typeof(DataOptions));

    /// <summary>The options with one key set from text, as <c>--set key=value</c> gives it.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="value">The value; <c>null</c> where the key allows it.</param>
    /// <exception cref="RecipeException">Unknown key, or a value that does not fit.</exception>
    public DataOptions With(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return Settings.With(this, key, value);
    }

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="RecipeException">The message names the key.</exception>
    public void Validate()
    {
        Settings.Require(MaxLength >= 2, "max_length", MaxLength, "at least 2 tokens");
        Settings.Require(WindowOverlap >= 0 && WindowOverlap <= MaxLength - 2, "window_overlap", WindowOverlap, "from 0 to max_length - 2");
        Settings.Require(MaxLineBytes is > 0 and <= LongestLine, "max_line_bytes", MaxLineBytes, $"from 1 to {LongestLine}");
        Settings.Require(Limit is null or > 0, "limit", Limit, "above 0, or null");
        Settings.Require(EvalShare is >= 0 and < 1, "eval_share", EvalShare, "at least 0 and below 1");
        Settings.Require(EvalLimit > 0, "eval_limit", EvalLimit, "above 0");
        Settings.Require(MemoryBytes >= 0, "memory_bytes", MemoryBytes, "at least 0");
        Columns.Validate();
    }
}
