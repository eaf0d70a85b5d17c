using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using LoraDiff.Cli.Cards;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Export;
using static TorchSharp.torch;

namespace LoraDiff.Cli.Verbs;

/// <summary>The options of <c>merge</c> and <c>export</c>, and what both do.</summary>
internal sealed class ExportOptions
{
    private static readonly (string Unit, long Bytes)[] Units =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];

    // Engines want multiples of 8 to 1,024; a vocabulary of more than a million rows of nothing is a mistake.
    private const int MostPadding = 1 << 20;

    private readonly Option<string> _model = new("--model") { Description = "Folder of the base checkpoint, or org/name[@revision] on the Hub.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _adapter = new("--adapter") { Description = "PEFT folder of the adapter, or org/name[@revision] on the Hub.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _out = new("--out") { Description = "The folder to make; it appears complete or not at all.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _dtype = new("--dtype") { Description = "What to write: auto (as the base), float32, bfloat16 or float16.", DefaultValueFactory = _ => "auto", HelpName = "DTYPE" };
    private readonly Option<string> _shard = new("--max-shard-size") { Description = "The most tensor bytes in one file, for example 5GB or 512MiB.", DefaultValueFactory = _ => "5GB", HelpName = "SIZE" };
    private readonly Option<string?> _mask = new("--mask-token") { Description = "Where the mask's row belongs to another token: resize (a row of its own) or reserved (rename that token). Default: refuse.", HelpName = "CHOICE" };
    private readonly NumberOption<int> _pad = new("--pad-vocabulary-to", "Make the number of rows a multiple of this when resize adds some.", "N", 1, MostPadding, otherwise: 1);
    private readonly DeviceOption _device = new();
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a checkpoint that is in --out." };
    private readonly Option<bool> _noVerify = new("--no-verify") { Description = "Do not load the new folder and compare its logits." };
    private readonly Option<bool> _json = CommonOptions.Json();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_model, _adapter, _out, _dtype, _shard, _mask, _pad.Option, _device.Option, _overwrite, _noVerify, _json])
        {
            command.Add(option);
        }
    }

    public void Run(ParseResult parsed, CliConsole console, string target, CancellationToken cancellationToken)
    {
        var request = new ExportRequest
        {
            Model = parsed.GetRequiredValue(_model),
            Adapter = parsed.GetRequiredValue(_adapter),
            Output = parsed.GetRequiredValue(_out),
            Target = target,
            WeightType = WeightType(parsed.GetValue(_dtype)!),
            MaxShardBytes = Size(parsed.GetValue(_shard)!),
            MaskToken = Choice(parsed.GetValue(_mask)),
            PadVocabularyTo = _pad.Value(parsed)!.Value,
            Device = _device.Value(parsed),
            Overwrite = parsed.GetValue(_overwrite),
            Verify = !parsed.GetValue(_noVerify),
        };
        // Downloads come after what can be refused without them.
        request = request with { Model = HubFolder.Find(request.Model, console, cancellationToken), Adapter = HubFolder.Find(request.Adapter, console, cancellationToken) };
        request = request with { Card = MergedCard.Open(request.Model, request.Adapter, console.Error).Write };
        var clock = Stopwatch.StartNew();
        ExportResult result;
        using (var display = ExportDisplay.Start(console))
        {
            result = ModelExporter.Export(request, display, cancellationToken);
        }

        foreach (var warning in result.Warnings)
        {
            console.Error.WriteLine($"warning: {warning}");
        }

        if (parsed.GetValue(_json))
        {
            JsonOutput.Write(console, new
            {
                result.Path,
                result.Target,
                result.Shards,
                result.Bytes,
                result.MaskTokenId,
                result.BlockSize,
                result.MaxDifference,
                result.MaxRelativeDifference,
                result.Files,
                result.Warnings,
                Seconds = clock.Elapsed.TotalSeconds,
            });
            return;
        }

        var check = result.MaxDifference is { } difference
            ? string.Create(CultureInfo.InvariantCulture, $"; its logits differ from base and adapter by at most {difference:g3} ({result.MaxRelativeDifference:g2} of the largest)")
            : "";
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Path} ({result.Target}): {result.Bytes / 1e6:F1} MB in {result.Shards} {(result.Shards == 1 ? "file" : "files")}{check}."));
    }

    private static ScalarType? WeightType(string name) => name switch
    {
        "auto" => null,
        "float32" or "fp32" or "f32" => ScalarType.Float32,
        "bfloat16" or "bf16" => ScalarType.BFloat16,
        "float16" or "fp16" or "f16" => ScalarType.Float16,
        _ => throw new CliException($"--dtype is '{name}'; expected auto, float32, bfloat16 or float16."),
    };

    private static MaskTokenChoice Choice(string? name) => name switch
    {
        null => MaskTokenChoice.Refuse,
        "resize" => MaskTokenChoice.Resize,
        "reserved" => MaskTokenChoice.Reserved,
        _ => throw new CliException($"--mask-token is '{name}'; expected resize or reserved."),
    };

    private static long Size(string text)
    {
        var (unit, bytes) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        return double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * bytes is >= 1 and < long.MaxValue
            ? (long)(number * bytes)
            : throw new CliException($"--max-shard-size is '{text}'; it must be a size of at least one byte, such as 5GB, 512MiB or 1000000.");
    }
}
