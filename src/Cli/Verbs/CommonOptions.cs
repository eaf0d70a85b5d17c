using System.CommandLine;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Models;
using static TorchSharp.torch;

namespace LoraDiff.Cli.Verbs;

/// <summary>The options that every computing verb takes.</summary>
internal sealed class CommonOptions
{
    private readonly DeviceOption _device = new();
    private readonly Option<string> _dtype = new("--dtype") { Description = "What to multiply in: auto (measured), float32, bfloat16 or float16.", DefaultValueFactory = _ => "auto", HelpName = "DTYPE" };
    private readonly NumberOption<long> _seed = new("--seed", "Seed of everything random.", "N", long.MinValue, long.MaxValue);
    private readonly Option<bool> _json = Json();

    /// <summary><c>--json</c>, which verbs that compute nothing take as well.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on standard output, and nothing else there." };

    public void AddTo(Command command)
    {
        command.Add(_device.Option);
        command.Add(_dtype);
        command.Add(_seed.Option);
        command.Add(_json);
    }

    public long Seed(ParseResult parsed) => _seed.Value(parsed) ?? 0;

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public ModelLoadOptions Load(ParseResult parsed, CancellationToken cancellationToken) => new()
    {
        Device = _device.Value(parsed),
        ComputeType = ComputeType(parsed.GetValue(_dtype)!),
        CancellationToken = cancellationToken,
    };

    private static ScalarType? ComputeType(string name) => name switch
    {
        "auto" => null,
        "float32" or "fp32" or "f32" => ScalarType.Float32,
        "bfloat16" or "bf16" => ScalarType.BFloat16,
        "float16" or "fp16" or "f16" => ScalarType.Float16,
        _ => throw new CliException($"--dtype is '{name}'; expected auto, float32, bfloat16 or float16."),
    };
}
