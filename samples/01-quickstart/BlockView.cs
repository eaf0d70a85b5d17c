using System.Text;
using LoraDiff.Conversion.Generation;
using LoraDiff.Tokenizers;
using Spectre.Console;

namespace LoraDiff.Samples.Quickstart;

/// <summary>Prints a block after each forward: what is committed as text, what is not yet as dots; new tokens in colour.</summary>
internal sealed class BlockView : IProgress<DecodingStep>
{
    private readonly Tokenizer _tokenizer;

    public BlockView(string prompt, Tokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        Show.Screen.WriteLine();
        Show.Screen.MarkupLineInterpolated($"[blue]{prompt}[/]");
    }

    public void Report(DecodingStep value)
    {
        var line = new StringBuilder();
        for (var i = 0; i < value.Tokens.Count; i++)
        {
            var text = value.Tokens[i] < 0 ? "·" : Markup.Escape(Readable(_tokenizer.Decode([value.Tokens[i]])));
            line.Append(value.Committed.Contains(i) ? $"[green]{text}[/]" : value.Tokens[i] < 0 ? $"[grey]{text}[/]" : text);
        }

        Show.Screen.MarkupLine($"  [grey]block {value.Block} forward {value.Nfe,2}[/]  {line}");
    }

    private static string Readable(string text) => text switch
    {
        "<|im_end|>" => "■",
        "<|endoftext|>" => "□",
        _ => text.Replace("\n", "⏎", StringComparison.Ordinal),
    };
}
