using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Data;
using LoraDiff.Tokenizers;
using Spectre.Console;

namespace LoraDiff.Cli.Display;

/// <summary>Draws a <see cref="DataReport"/>. Learnt tokens are green and begin at ▶, blocks begin at │: what colours say can be read without them.</summary>
internal static class DataDisplay
{
    private const int BarWidth = 40;
    private static readonly Style Given = new(Color.Grey);
    private static readonly Style Learnt = new(Color.Green);
    private static readonly Style Mark = new(Color.Yellow);

    public static void Print(CliConsole console, DataReport report, Tokenizer tokenizer, int padTokenId)
    {
        foreach (var document in report.Shown)
        {
            Print(console, document, report.BlockSize, tokenizer, padTokenId);
        }

        Format.Pairs(console.Out,
        [
            ("files", report.Files.Count == 1 ? report.Files[0] : string.Create(CultureInfo.InvariantCulture, $"{report.Files.Count:N0}")),
            ("records", Number(report.Records)),
            ("documents", report.EvaluationDocuments == 0 ? Number(report.Documents) : $"{Number(report.Documents)}, of them {Number(report.EvaluationDocuments)} for evaluation"),
            ("tokens", $"{Number(report.Tokens)}, of them {Number(report.SupervisedTokens)} learnt; {Number(report.PaddingTokens)} more fill up last blocks of {report.BlockSize}"),
            ("cut off", Number(report.Truncated)),
            ("left out", Number(report.Skipped)),
        ]);
        foreach (var problem in report.Problems)
        {
            console.Out.WriteLine($"- {problem}");
        }

        PrintKinds(console, report);
        PrintLengths(console, report);
    }

    private static void Print(CliConsole console, ShownDocument document, int blockSize, Tokenizer tokenizer, int padTokenId)
    {
        var (ids, start, complete, kind) = document.Sample;
        string?[] facts =
        [
            document.Location, kind, $"{ids.Length} tokens, {ids.Length - start} learnt", $"{document.BlockStarts.Count} blocks of {blockSize}", complete ? null : "ends without an end token",
            document.IsEvaluation ? "evaluation" : null,
        ];
        console.Tables.Write(new Text(string.Join(" · ", facts.OfType<string>()) + "\n", new Style(decoration: Decoration.Bold)));
        var text = new Paragraph();
        var decoder = tokenizer.CreateStreamingDecoder();
        var blocks = document.BlockStarts.ToHashSet();
        for (var i = 0; i < ids.Length; i++)
        {
            Boundary(i);
            text.Append(decoder.Add(ids[i]), i < start ? Given : Learnt);
        }

        text.Append(decoder.Flush(), start < ids.Length ? Learnt : Given);
        for (var i = ids.Length; i < ids.Length + document.Padding; i++)
        {
            Boundary(i);
            text.Append(tokenizer.IdToToken(padTokenId) ?? "·", Learnt);
        }

        console.Tables.Write(text);
        console.Out.WriteLine("\n");

        void Boundary(int position)
        {
            if (blocks.Contains(position) && position > 0)
            {
                text.Append("│", Mark);
            }

            if (position == start)
            {
                text.Append("▶", Mark);
            }
        }
    }

    private static void PrintKinds(CliConsole console, DataReport report)
    {
        if (report.ByKind.Count == 0 || (report.ByKind.Count == 1 && report.ByKind.ContainsKey("")))
        {
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumns("kind", "documents", "tokens", "learnt");
        foreach (var (kind, count) in report.ByKind)
        {
            table.AddRow(Markup.Escape(kind.Length > 0 ? kind : "(none)"), Number(count.Documents), Number(count.Tokens), Number(count.SupervisedTokens));
        }

        console.Tables.Write(table);
    }

    private static void PrintLengths(CliConsole console, DataReport report)
    {
        if (report.ByLength.Count == 0)
        {
            return;
        }

        var most = report.ByLength.Max(l => l.Documents);
        var table = new Table().Border(TableBorder.Minimal).AddColumns("tokens", "documents", "");
        foreach (var (from, to, documents) in report.ByLength)
        {
            table.AddRow($"{Number(from)} to {Number(to)}", Number(documents), new string('█', Math.Max(1, (int)Math.Round((double)BarWidth * documents / most))));
        }

        console.Tables.Write(table);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
