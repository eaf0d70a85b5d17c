using System.Globalization;
using System.Text.Json.Nodes;

namespace LoraDiff.Bench.Hub;

/// <summary>One transfer, made by a process of its own: seconds of the call, and the process's largest resident memory.</summary>
internal sealed record Transfer(string Client, string What, double Seconds, double PeakMiB)
{
    public static Transfer Parse(string client, string what, string line)
    {
        var json = JsonNode.Parse(line)!;
        return new(client, what, json["seconds"]!.GetValue<double>(), json["peak_mib"]!.GetValue<double>());
    }

    /// <summary>VmHWM of this process.</summary>
    public static double PeakOfThisProcess() =>
        double.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    public override string ToString() => new JsonObject { ["client"] = Client, ["what"] = What, ["seconds"] = Math.Round(Seconds, 3), ["peak_mib"] = Math.Round(PeakMiB) }.ToJsonString();
}
