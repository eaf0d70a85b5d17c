using System.Globalization;
using System.Net;
using System.Text;

namespace LoraDiff.Samples.Quickstart.Charts;

/// <summary>A chart's frame: axes with ticks and labels, and points placed by their values.</summary>
internal sealed class Svg
{
    private const int Width = 760;
    private const int Height = 420;
    private const int Left = 70;
    private const int Right = 30;
    private const int Top = 50;
    private const int Bottom = 60;

    private readonly StringBuilder _body = new();
    private readonly (double From, double To) _x;
    private readonly (double From, double To) _y;

    public Svg(string title, string xLabel, string yLabel, (double From, double To) x, (double From, double To) y, Func<double, string> yText)
    {
        (_x, _y) = (x, y);
        Add($"<rect width='{Width}' height='{Height}' fill='white'/>");
        Text(Left, 28, title, size: 17);
        Text((Left + Width - Right) / 2.0, Height - 16, xLabel, anchor: "middle");
        Add($"<text x='18' y='{(Top + Height - Bottom) / 2}' font-size='13' fill='#444' text-anchor='middle' transform='rotate(-90 18 {(Top + Height - Bottom) / 2})'>{WebUtility.HtmlEncode(yLabel)}</text>");
        for (var i = 0; i <= 4; i++)
        {
            var (xv, yv) = (x.From + ((x.To - x.From) * i / 4), y.From + ((y.To - y.From) * i / 4));
            Add($"<line x1='{Left}' x2='{Width - Right}' y1='{N(Y(yv))}' y2='{N(Y(yv))}' stroke='#e4e4e4'/>");
            Text(Left - 8, Y(yv) + 4, yText(yv), anchor: "end");
            Text(X(xv), Height - Bottom + 20, xv.ToString("0.##", CultureInfo.InvariantCulture), anchor: "middle");
        }
    }

    public void Line(IEnumerable<(double X, double Y)> points, string color)
        => Add($"<polyline fill='none' stroke='{color}' stroke-width='2' points='{string.Join(' ', points.Select(p => $"{N(X(p.X))},{N(Y(p.Y))}"))}'/>");

    public void Dot(double x, double y, string color, string label)
    {
        Add($"<circle cx='{N(X(x))}' cy='{N(Y(y))}' r='6' fill='{color}'/>");
        var nearRightEdge = X(x) > Width * 0.7;
        Text(X(x) + (nearRightEdge ? -10 : 10), Y(y) - 9, label, anchor: nearRightEdge ? "end" : "start");
    }

    public void Legend(int row, string color, string label)
    {
        Add($"<rect x='{Width - Right - 170}' y='{Top + 6 + (row * 20)}' width='14' height='4' fill='{color}'/>");
        Text(Width - Right - 148, Top + 12 + (row * 20), label);
    }

    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width} {Height}' width='{Width}' height='{Height}' font-family='sans-serif'>\n{_body}</svg>\n");
    }

    private double X(double value) => Left + ((Width - Left - Right) * (Math.Clamp(value, _x.From, _x.To) - _x.From) / (_x.To - _x.From));

    private double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (Math.Clamp(value, _y.From, _y.To) - _y.From) / (_y.To - _y.From));

    private void Text(double x, double y, string text, string anchor = "start", int size = 13)
        => Add($"<text x='{N(x)}' y='{N(y)}' font-size='{size}' fill='#444' text-anchor='{anchor}'>{WebUtility.HtmlEncode(text)}</text>");

    private void Add(string element) => _body.Append(element).Append('\n');

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
