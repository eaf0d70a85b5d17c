using LoraDiff.Conversion.Training;

namespace LoraDiff.Samples.Quickstart.Charts;

/// <summary>Both losses over the minutes of training.</summary>
internal static class LossChart
{
    public static void Write(string path, IReadOnlyList<TrainingProgress> curve)
    {
        if (curve.Count == 0)
        {
            return;
        }

        var top = Math.Max(1e-3, curve.Skip(curve.Count / 20).Max(p => Math.Max(p.DiffusionLoss, p.ArLoss)));
        var svg = new Svg("Losses during conversion", "minutes", "nats per token", (0, Math.Max(1e-3, curve[^1].Elapsed.TotalMinutes)), (0, top), v => v.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
        svg.Line(curve.Select(p => (p.Elapsed.TotalMinutes, p.DiffusionLoss)), "#1f77b4");
        svg.Line(curve.Select(p => (p.Elapsed.TotalMinutes, p.ArLoss)), "#ff7f0e");
        svg.Legend(0, "#1f77b4", "diffusion");
        svg.Legend(1, "#ff7f0e", "autoregressive");
        svg.Save(path);
    }
}
