using System.CommandLine;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Cli.Verbs;

/// <summary>The options that every computing verb takes.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string> _device = new("--device") { Description = "Where to compute: auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };
    private readonly Option<string> _dtype = new("--dtype") { Description = "What to multiply in: auto (measured), float32, bfloat16 or float16.", DefaultValueFactory = _ => "auto", HelpName = "DTYPE" };
    private readonly Option<long> _seed = new("--seed") { Description = "Seed of everything random.", HelpName = "N" };
    private readonly Option<bool> _json = Json();

    /// <summary><c>--json</c>, which verbs that compute nothing take as well.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on standard output, and nothing else there." };

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_dtype);
        command.Add(_seed);
        command.Add(_json);
    }

    public long Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    public ModelLoadOptions Load(ParseResult parsed, CancellationToken cancellationToken) => new()
    {
        Device = Device(parsed.GetValue(_device)!),
        ComputeType = ComputeType(parsed.GetValue(_dtype)!),
        CancellationToken = cancellationToken,
    };

    private static Device Device(string name)
    {
        if (name is "cpu" || (name is "auto" && !cuda.is_available()))
        {
            return CPU;
        }

        var index = name is "auto" or "cuda" ? 0
            : name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), System.Globalization.NumberStyles.None, null, out var number) ? number
            : throw new CliException($"--device is '{name}'; expected auto, cpu, cuda or cuda:N.");
        var count = cuda.is_available() ? cuda.device_count() : 0;
        return index < count ? new Device(DeviceType.CUDA, index) : throw new CliException($"--device is '{name}', but {(count == 0 ? "this libtorch sees no CUDA device" : $"there are only {count} CUDA devices, numbered from 0")}. `loradiff doctor` says more.");
    }

    private static ScalarType? ComputeType(string name) => name switch
    {
        "auto" => null,
        "float32" or "fp32" or "f32" => ScalarType.Float32,
        "bfloat16" or "bf16" => ScalarType.BFloat16,
        "float16" or "fp16" or "f16" => ScalarType.Float16,
        _ => throw new CliException($"--dtype is '{name}'; expected auto, float32, bfloat16 or float16."),
    };
}
