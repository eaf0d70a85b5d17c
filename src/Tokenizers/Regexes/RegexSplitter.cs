using LoraDiff.Tokenizers.PreTokenizers;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Regexes;

/// <summary>Splits at the matches of any pattern: the general way, for patterns that nobody wrote a splitter for.</summary>
internal sealed class RegexSplitter : Splitter
{
    private readonly RegexProgram _program;
    private readonly CharSet? _first;

    private RegexSplitter(RegexNode node)
    {
        _program = RegexCompiler.Compile(node);
        _first = RegexFirst.Of(node);
    }

    public static RegexSplitter Parse(string pattern) => new(RegexParser.Parse(pattern));

    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        var end = Match(text, at);
        matched = end > at;
        if (matched)
        {
            return end;
        }

        // An empty match, too, ends a piece.
        do
        {
            _ = CharClass.At(text, at, out var length);
            at += length;
        }
        while (at < text.Length && Match(text, at) < 0);
        return at;
    }

    private int Match(ReadOnlySpan<char> text, int at)
        => _first is null || _first.Contains(CharClass.At(text, at, out _)) ? _program.Match(text, at) : -1;
}
