using System.CommandLine;
using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Generation;

namespace LoraDiff.Cli.Verbs;

/// <summary>The options that <c>generate</c> and <c>eval</c> share.</summary>
internal sealed class DecodingOptions
{
    private readonly Option<string> _model = new("--model") { Description = "Folder of the checkpoint, or org/name[@revision] on the Hub.", Required = true, HelpName = "DIR" };
    private readonly Option<string?> _adapter = new("--adapter") { Description = "PEFT folder of the adapter, or org/name[@revision] on the Hub; without it the base model is decoded.", HelpName = "DIR" };
    private readonly Option<string> _mode = new("--mode") { Description = "ar or diffusion. Default: diffusion with an adapter of LoraDiff, else ar.", DefaultValueFactory = _ => "auto", HelpName = "MODE" };
    private readonly NumberOption<double> _threshold = new("--threshold", "Commit every position at least this confident; above 1: one token per step. Default: the adapter's own.", "X", 0, double.MaxValue, isOpen: true);
    private readonly NumberOption<int> _maxNewTokens = new("--max-new-tokens", "Most tokens to generate.", "N", 1, int.MaxValue, otherwise: 128);
    private readonly NumberOption<int> _blockSize = new("--block-size", "Positions per block, at most what training reached. Default: the adapter's own.", "N", 1, int.MaxValue);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_model, _adapter, _mode, _threshold.Option, _maxNewTokens.Option, _blockSize.Option])
        {
            command.Add(option);
        }
    }

    /// <summary>Loads what is asked for, after what can be refused without it.</summary>
    public LanguageModel Load(ParseResult parsed, CommonOptions common, CliConsole console, CancellationToken cancellationToken)
    {
        _ = (Mode(parsed), _blockSize.Value(parsed));
        var options = common.Load(parsed, cancellationToken);
        return LanguageModel.Load(HubFolder.Find(parsed.GetRequiredValue(_model), console, cancellationToken), parsed.GetValue(_adapter) is { } adapter ? HubFolder.Find(adapter, console, cancellationToken) : null, options);
    }

    public ITextDecoder Decoder(ParseResult parsed, LanguageModel model)
    {
        var mode = Mode(parsed);
        // A base model that nothing was merged into may be decoded by diffusion to see where training starts from; an adapter only by what it records.
        var recipe = mode == DecodingMode.Diffusion && model.Adapter is null && model.Recipe is null ? ConversionRecipe.LoraDiff : null;
        return model.CreateDecoder(mode, recipe, _blockSize.Value(parsed));
    }

    /// <summary>How it is decoded, for people.</summary>
    public string Describe(ParseResult parsed, LanguageModel model)
    {
        var mode = parsed.GetValue(_mode);
        if (mode == "ar" || (mode == "auto" && model.Recipe is null))
        {
            return "autoregressive";
        }

        var recipe = model.Recipe ?? ConversionRecipe.LoraDiff;
        var block = _blockSize.Value(parsed) is { } size ? string.Create(CultureInfo.InvariantCulture, $", block size {size}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"diffusion, threshold {_threshold.Value(parsed) ?? recipe.Threshold}{block}");
    }

    public GenerationOptions Generation(ParseResult parsed, CommonOptions common) => new()
    {
        MaxNewTokens = _maxNewTokens.Value(parsed)!.Value,
        Threshold = _threshold.Value(parsed),
        Seed = common.Seed(parsed),
    };

    private DecodingMode Mode(ParseResult parsed) => parsed.GetValue(_mode) switch
    {
        "auto" => DecodingMode.Auto,
        "ar" => DecodingMode.Autoregressive,
        "diffusion" => DecodingMode.Diffusion,
        var other => throw new CliException($"--mode is '{other}'; expected ar or diffusion."),
    };
}
