using LoraDiff.Conversion.Analysis;

namespace LoraDiff.Samples.Quickstart.Charts;

/// <summary>Accuracy against tokens per forward: up and to the right is better.</summary>
internal static class QualityChart
{
    private static readonly string[] Colors = ["#444444", "#d62728", "#1f77b4", "#2ca02c"];

    public static void Write(string path, IReadOnlyList<(string Name, EvaluationReport Report)> measured)
    {
        var right = Math.Max(4, measured.Max(m => m.Report.Tpf) * 1.1);
        var svg = new Svg("Accuracy and speed of decoding", "tokens per forward", "right answers", (0, right), (0, 1), v => v.ToString("P0", System.Globalization.CultureInfo.InvariantCulture));
        for (var i = 0; i < measured.Count; i++)
        {
            svg.Dot(measured[i].Report.Tpf, measured[i].Report.Accuracy, Colors[i % Colors.Length], measured[i].Name);
        }

        svg.Save(path);
    }
}
