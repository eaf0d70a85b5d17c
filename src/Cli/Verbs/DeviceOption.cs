using System.CommandLine;
using LoraDiff.Cli.Hosting;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>--device</c>.</summary>
internal sealed class DeviceOption
{
    /// <summary>What is added to a command.</summary>
    public Option<string> Option { get; } = new("--device") { Description = "Where to compute: auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto", HelpName = "DEVICE" };

    /// <summary>The device that was asked for.</summary>
    /// <exception cref="CliException">It is not called so, or not there.</exception>
    public Device Value(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(Option);
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
}
