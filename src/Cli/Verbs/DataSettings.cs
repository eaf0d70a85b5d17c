using System.CommandLine;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Data;

namespace LoraDiff.Cli.Verbs;

/// <summary>The options of every verb that reads training data.</summary>
internal sealed class DataSettings
{
    /// <summary>What is said of data wherever it is asked for.</summary>
    public const string Description = "Files, folders or patterns of JSONL (prompt and completion, text, or messages a line) or plain text; PATH@2 takes each document twice, PATH@0.5 half of them.";

    private readonly Option<string[]> _columns = new("--column") { Description = "Which key of a line holds what: prompt, completion, input, system, text, messages, tools, answer or kind; may be given several times. Default: the usual names.", HelpName = "WHAT=KEY" };
    private readonly Option<string> _onBadLine = new("--on-bad-line") { Description = "What to do at a line that cannot be used: fail, or skip it and say so.", DefaultValueFactory = _ => "fail", HelpName = "fail|skip" };

    /// <summary><c>PATH</c> or <c>PATH@WEIGHT</c>, several.</summary>
    public static DataSources Sources(IReadOnlyList<string> texts) => new(texts.Select(DataSource.Parse));

    public void AddTo(Command command)
    {
        command.Add(_columns);
        command.Add(_onBadLine);
    }

    /// <summary>What these options say.</summary>
    public DataOptions Options(ParseResult parsed)
    {
        var options = new DataOptions
        {
            SkipBroken = parsed.GetValue(_onBadLine) switch
            {
                "fail" => false,
                "skip" => true,
                var other => throw new CliException($"--on-bad-line is '{other}'; expected fail or skip."),
            },
        };
        foreach (var (what, key) in (parsed.GetValue(_columns) ?? []).Select(column => Pair("--column", column, "WHAT=KEY")))
        {
            options = DataOptions.Keys.Contains($"columns.{what}") ? options.With($"columns.{what}", key) : throw new CliException(
                $"--column '{what}={key}': expected one of {string.Join(", ", DataOptions.Keys.Where(k => k.StartsWith("columns.", StringComparison.Ordinal)).Select(k => k["columns.".Length..]))} before '='.");
        }

        return options;
    }

    /// <summary>The options with the settings that <c>--set</c> gives, all of them in range.</summary>
    public static DataOptions Set(DataOptions options, IEnumerable<string> settings)
    {
        var set = settings.Select(setting => Pair("--set", setting, "key=value")).Aggregate(options, (changed, setting) => changed.With(setting.Key, setting.Value));
        set.Validate();
        return set;
    }

    public static (string Key, string Value) Pair(string option, string text, string form)
        => text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (text[..at], text[(at + 1)..]) : throw new CliException($"{option} '{text}': expected {form}.");

    /// <summary>The recipe of a preset's name or of a <c>loradiff.json</c>.</summary>
    public static ConversionRecipe Recipe(string name) => File.Exists(name) ? ConversionRecipe.FromJson(File.ReadAllText(name), name) : ConversionRecipe.FromName(name);
}
