using System.Buffers;
using System.Runtime.InteropServices;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.AddedTokens;

/// <summary>Finds added tokens in text, leftmost first and of those the longest. Thread-safe.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Node _root = new();
    private readonly SearchValues<char> _firstChars;

    /// <param name="tokens">What to look for, and the token that it stands for. Of equal texts the last counts.</param>
    public AddedTokenMatcher(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        foreach (var (text, token) in tokens)
        {
            var node = _root;
            foreach (var c in text)
            {
                node.Children ??= [];
                ref var child = ref CollectionsMarshal.GetValueRefOrAddDefault(node.Children, c, out _);
                node = child ??= new Node();
            }

            if (text.Length > 0)
            {
                node.Token = token;
            }
        }

        _firstChars = SearchValues.Create(_root.Children?.Keys.ToArray() ?? []);
    }

    /// <summary>Whether there is anything to look for.</summary>
    public bool IsEmpty => _root.Children is null;

    /// <summary>The next token at or after <paramref name="from"/>, with the white space that it takes. False at the end.</summary>
    /// <param name="text">The whole text: a token's neighbours count.</param>
    /// <param name="from">Where to go on; on return after the found token's own text.</param>
    /// <param name="claimed">Up to where the text already belongs to earlier tokens.</param>
    /// <param name="found">The match.</param>
    public bool TryFind(ReadOnlySpan<char> text, ref int from, int claimed, out AddedTokenMatch found)
    {
        while (from < text.Length)
        {
            var skip = text[from..].IndexOfAny(_firstChars);
            if (skip < 0)
            {
                break;
            }

            from += skip;
            var end = Longest(text, from, out var token);
            if (end < 0)
            {
                from++;
                continue;
            }

            var start = from;
            from = end;
            if (token!.SingleWord && ((start > 0 && IsWord(CharClass.Before(text, start, out _))) || (end < text.Length && IsWord(CharClass.At(text, end, out _)))))
            {
                continue;
            }

            while (token.LStrip && start > claimed && CharClass.Is(text[start - 1], CharClass.Space))
            {
                start--;
            }

            while (token.RStrip && end < text.Length && CharClass.Is(text[end], CharClass.Space))
            {
                end++;
            }

            found = new AddedTokenMatch(token, start, end);
            return true;
        }

        from = text.Length;
        found = default;
        return false;
    }

    // The two joiners count as parts of words here, unlike in patterns.
    private static bool IsWord(int codePoint)
        => CharClass.Is(codePoint, CharClass.Word) || codePoint is 0x200C or 0x200D || Array.Exists(CharClass.CircledLetters, range => codePoint >= range.First && codePoint <= range.Last);

    private int Longest(ReadOnlySpan<char> text, int at, out AddedToken? token)
    {
        var node = _root;
        var end = -1;
        token = null;
        for (var i = at; i < text.Length && node.Children is not null && node.Children.TryGetValue(text[i], out node!); i++)
        {
            if (node.Token is not null)
            {
                (end, token) = (i + 1, node.Token);
            }
        }

        return end;
    }

    private sealed class Node
    {
        public Dictionary<char, Node?>? Children { get; set; }

        public AddedToken? Token { get; set; }
    }
}
