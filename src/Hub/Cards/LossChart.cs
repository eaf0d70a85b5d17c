using System.Globalization;

namespace LoraDiff.Hub.Cards;

/// <summary>The loss chart of a card, as a PNG: the Hub shows one in any card, whatever it does with other formats.</summary>
public static class LossChart
{
    /// <summary>Name of the chart's file beside the card.</summary>
    public const string FileName = "loss.png";

    private const int ImageWidth = 900;
    private const int ImageHeight = 420;
    private const int Left = 80;
    private const int Right = 24;
    private const int Top = 56;
    private const int Bottom = 64;
    private const double LetterDot = 2;
    private const int Ink = 0x333333;
    private const int Grid = 0xE2E2E2;
    private const int Growth = 0xB8B8B8;
    private const int DiffusionColour = 0x1F5FBF;
    private const int AutoregressiveColour = 0xD9730D;

    // Spikes of the first steps would press the rest to the ground: the axis ends where all but this share of the points lie below.
    private const double OffTheChart = 0.01;

    /// <summary>Draws both terms of the loss against the steps; a grey line stands where the block size changes.</summary>
    /// <param name="points">At least one, in order; points that are not finite are left out.</param>
    /// <returns>A PNG file.</returns>
    /// <exception cref="ArgumentException">No point can be drawn.</exception>
    public static byte[] Png(IReadOnlyList<LossPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var shown = points.Where(p => double.IsFinite(p.Diffusion) && double.IsFinite(p.Autoregressive)).ToArray();
        if (shown.Length == 0)
        {
            throw new ArgumentException("A loss chart needs at least one point with finite losses.", nameof(points));
        }

        var hasAutoregressive = shown.Any(p => p.Autoregressive != 0);
        var values = shown.SelectMany(p => hasAutoregressive ? [p.Diffusion, p.Autoregressive] : (double[])[p.Diffusion]).Order().ToArray();
        var lossAxis = Axis(values[(int)((values.Length - 1) * (1 - OffTheChart))]);
        var stepAxis = Axis(Math.Max(1, shown[^1].Step));
        var image = new PngImage(ImageWidth, ImageHeight);
        DrawAxes(image, stepAxis, lossAxis);
        DrawGrowth(image, shown, stepAxis);
        if (hasAutoregressive)
        {
            DrawLine(image, shown, p => p.Autoregressive, stepAxis, lossAxis, AutoregressiveColour);
        }

        DrawLine(image, shown, p => p.Diffusion, stepAxis, lossAxis, DiffusionColour);
        DrawLegend(image, hasAutoregressive);
        return image.ToPng();
    }

    private static void DrawAxes(PngImage image, (double End, double Tick) step, (double End, double Tick) loss)
    {
        for (var value = 0.0; value <= loss.End + (loss.Tick / 2); value += loss.Tick)
        {
            var y = Y(value, loss.End);
            image.Fill(Left, y, ImageWidth - Left - Right, 1, value == 0 ? Ink : Grid);
            var label = value.ToString("0.####", CultureInfo.InvariantCulture);
            image.Text(label, Left - 10 - (ChartGlyphs.Measure(label) * LetterDot), y - 7, LetterDot, Ink);
        }

        for (var value = 0.0; value <= step.End + (step.Tick / 2); value += step.Tick)
        {
            var label = value >= 1000 ? (value / 1000).ToString("0.###", CultureInfo.InvariantCulture) + "k" : value.ToString("0.###", CultureInfo.InvariantCulture);
            var x = X(value, step.End);
            image.Fill(x, ImageHeight - Bottom, 1, 6, Ink);
            image.Text(label, Math.Min(x - (ChartGlyphs.Measure(label) * LetterDot / 2), ImageWidth - (ChartGlyphs.Measure(label) * LetterDot) - 2), ImageHeight - Bottom + 12, LetterDot, Ink);
        }

        image.Fill(Left, Top, 1, ImageHeight - Top - Bottom, Ink);
        image.Text("loss", Left - 70, Top - 38, LetterDot, Ink);
        image.Text("step", ImageWidth - Right - (ChartGlyphs.Measure("step") * LetterDot), ImageHeight - 26, LetterDot, Ink);
    }

    private static void DrawGrowth(PngImage image, LossPoint[] points, (double End, double Tick) step)
    {
        var starts = Enumerable.Range(0, points.Length).Where(i => i == 0 || points[i].BlockSize != points[i - 1].BlockSize).ToArray();
        for (var n = 0; n < starts.Length; n++)
        {
            var x = n == 0 ? Left : X(points[starts[n]].Step, step.End);
            var end = n + 1 < starts.Length ? X(points[starts[n + 1]].Step, step.End) : ImageWidth - Right;
            if (n > 0)
            {
                image.Fill(x, Top, 1, ImageHeight - Top - Bottom, Growth);
            }

            var size = points[starts[n]].BlockSize.ToString(CultureInfo.InvariantCulture);
            foreach (var label in ((string[])[$"block {size}", size]).Where(text => (ChartGlyphs.Measure(text) * LetterDot) + 8 < end - x).Take(1))
            {
                image.Text(label, x + 5, Top + 4, LetterDot, Ink);
            }
        }
    }

    private static void DrawLine(PngImage image, LossPoint[] points, Func<LossPoint, double> value, (double End, double Tick) step, (double End, double Tick) loss, int colour)
    {
        for (var i = 0; i < points.Length; i++)
        {
            var before = points[Math.Max(0, i - 1)];
            image.Line(X(before.Step, step.End), Y(value(before), loss.End), X(points[i].Step, step.End), Y(value(points[i]), loss.End), 2, colour);
        }
    }

    private static void DrawLegend(PngImage image, bool hasAutoregressive)
    {
        var x = (double)Left + 60;
        foreach (var (name, colour) in (IEnumerable<(string, int)>)(hasAutoregressive ? [("diffusion", DiffusionColour), ("autoregressive", AutoregressiveColour)] : [("diffusion", DiffusionColour)]))
        {
            image.Line(x, Top - 31, x + 28, Top - 31, 3, colour);
            image.Text(name, x + 38, Top - 38, LetterDot, Ink);
            x += 38 + (ChartGlyphs.Measure(name) * LetterDot) + 40;
        }
    }

    private static double X(double step, double end) => Left + (step / end * (ImageWidth - Left - Right));

    private static double Y(double loss, double end) => ImageHeight - Bottom - (Math.Min(loss / end, 1) * (ImageHeight - Top - Bottom));

    // An axis from 0 to a little beyond the largest value, in four to ten round ticks.
    private static (double End, double Tick) Axis(double largest)
    {
        var top = largest > 0 ? largest : 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(top)));
        var tick = power * ((top / power) switch { <= 2 => 0.25, <= 5 => 0.5, _ => 1 });
        return (Math.Ceiling((top / tick) - 1e-9) * tick, tick);
    }
}
