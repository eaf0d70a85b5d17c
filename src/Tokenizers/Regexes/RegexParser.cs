using System.Globalization;
using System.Text;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Regexes;

/// <summary>Parses patterns in Oniguruma's syntax, as the tokenizers library understands them. What it cannot do it refuses by name.</summary>
internal sealed class RegexParser
{
    private const int MaximumDepth = 200;
    private const int MaximumCount = 1000;

    private readonly string _pattern;
    private int _at;
    private int _depth;
    private bool _ignoreCase;
    private bool _dotAll;
    private bool _extended;

    private RegexParser(string pattern) => _pattern = pattern;

    public static RegexNode Parse(string pattern)
    {
        var parser = new RegexParser(pattern);
        var node = parser.ParseChoice();
        return parser._at == pattern.Length ? node : throw parser.Error("has a ')' too many");
    }

    private bool More => _at < _pattern.Length;

    private RegexNode ParseChoice()
    {
        if (++_depth > MaximumDepth)
        {
            throw Error("is nested too deeply");
        }

        var options = new List<RegexNode> { ParseSequence() };
        while (More && _pattern[_at] == '|')
        {
            _at++;
            options.Add(ParseSequence());
        }

        _depth--;
        return options.Count == 1 ? options[0] : new RegexNode.Choice(options);
    }

    private RegexNode ParseSequence()
    {
        var parts = new List<RegexNode>();
        while (More && _pattern[_at] is not ('|' or ')'))
        {
            if (_extended && (char.IsWhiteSpace(_pattern[_at]) || _pattern[_at] == '#'))
            {
                SkipExtended();
            }
            else if (ParseAtom() is { } atom)
            {
                parts.Add(ParseQuantifiers(atom));
            }
        }

        return parts.Count == 1 ? parts[0] : new RegexNode.Sequence(parts);
    }

    private void SkipExtended()
    {
        if (_pattern[_at] == '#')
        {
            _at = _pattern.IndexOf('\n', _at) is var end and >= 0 ? end : _pattern.Length;
        }
        else
        {
            _at++;
        }
    }

    private RegexNode? ParseAtom()
    {
        var cp = Next();
        return cp switch
        {
            '(' => ParseGroup(),
            '[' => new RegexNode.One(ParseClass()),
            '.' => new RegexNode.One(_dotAll ? CharSet.Any : CharSet.NotNewline),
            '^' => new RegexNode.Anchor(AnchorKind.LineStart),
            '$' => new RegexNode.Anchor(AnchorKind.LineEnd),
            '\\' => ParseEscape(),
            '*' or '+' or '?' => throw Error($"has a '{(char)cp}' with nothing to repeat"),
            _ => new RegexNode.One(CharSet.Of(cp, _ignoreCase)),
        };
    }

    private RegexNode ParseQuantifiers(RegexNode atom)
    {
        while (More)
        {
            var start = _at;
            var c = _pattern[_at];
            var (least, most, isInterval) = (0, -1, false);
            switch (c)
            {
                case '*':
                    _at++;
                    break;
                case '+':
                    (least, _at) = (1, _at + 1);
                    break;
                case '?':
                    (most, _at) = (1, _at + 1);
                    break;
                case '{' when TryParseInterval(out least, out most):
                    isInterval = true;
                    break;
                default:
                    return atom;
            }

            // A sign after an interval of a fixed count, and '+' after any interval, is a quantifier of its own in this syntax.
            var mode = RepeatMode.Greedy;
            if (More && _pattern[_at] == '?' && !(isInterval && least == most))
            {
                (mode, _at) = (RepeatMode.Lazy, _at + 1);
            }
            else if (More && _pattern[_at] == '+' && !isInterval)
            {
                (mode, _at) = (RepeatMode.Possessive, _at + 1);
            }

            if (least > MaximumCount || most > MaximumCount || (most >= 0 && most < least))
            {
                throw Error($"has the count '{_pattern[start.._at]}', which is out of range");
            }

            atom = new RegexNode.Repeat(atom, least, most, mode);
        }

        return atom;
    }

    // {n}, {n,}, {n,m} or {,m}; anything else is plain text.
    private bool TryParseInterval(out int least, out int most)
    {
        (least, most) = (0, -1);
        var end = _pattern.IndexOf('}', _at);
        if (end < 0)
        {
            return false;
        }

        var inside = _pattern[(_at + 1)..end];
        var comma = inside.IndexOf(',', StringComparison.Ordinal);
        var low = comma < 0 ? inside : inside[..comma];
        var high = comma < 0 ? inside : inside[(comma + 1)..];
        if ((low + high).Length == 0 || (low + high).Any(c => !char.IsAsciiDigit(c)) || low.Length > 6 || high.Length > 6)
        {
            return false;
        }

        least = low.Length == 0 ? 0 : int.Parse(low, CultureInfo.InvariantCulture);
        most = high.Length == 0 ? -1 : int.Parse(high, CultureInfo.InvariantCulture);
        _at = end + 1;
        return true;
    }

    private RegexNode? ParseGroup()
    {
        if (!More || _pattern[_at] != '?')
        {
            return Close(ParseScoped());
        }

        _at++;
        if (TryTake("#"))
        {
            _at = _pattern.IndexOf(')', _at) is var end and >= 0 ? end + 1 : throw Error("has a comment without end");
            return null;
        }

        if (TryTake(":"))
        {
            return Close(ParseScoped());
        }

        if (TryTake(">"))
        {
            return new RegexNode.Atomic(Close(ParseScoped()));
        }

        if (TryTake("="))
        {
            return new RegexNode.Look(Close(ParseScoped()), Behind: false, Negative: false);
        }

        if (TryTake("!"))
        {
            return new RegexNode.Look(Close(ParseScoped()), Behind: false, Negative: true);
        }

        if (TryTake("<="))
        {
            return new RegexNode.Look(Close(ParseScoped()), Behind: true, Negative: false);
        }

        if (TryTake("<!"))
        {
            return new RegexNode.Look(Close(ParseScoped()), Behind: true, Negative: true);
        }

        if (TryTake("<"))
        {
            _at = _pattern.IndexOf('>', _at) is var end and >= 0 ? end + 1 : throw Error("has a group name without end");
            return Close(ParseScoped());
        }

        return ParseOptions();
    }

    // (?im-x) for the rest of the group, or (?im-x:…).
    private RegexNode? ParseOptions()
    {
        var saved = (_ignoreCase, _dotAll, _extended);
        var on = true;
        while (More && _pattern[_at] is not (':' or ')'))
        {
            switch (_pattern[_at++])
            {
                case '-':
                    on = false;
                    break;
                case 'i':
                    _ignoreCase = on;
                    break;
                case 'm':
                    _dotAll = on;
                    break;
                case 'x':
                    _extended = on;
                    break;
                case var c:
                    throw Error($"has the group '(?{c}', which is not supported");
            }
        }

        if (!More)
        {
            throw Error("has a '(' without ')'");
        }

        if (_pattern[_at++] == ')')
        {
            // The options hold to the end of the enclosing group, alternatives included.
            return ParseChoice();
        }

        var inner = ParseChoice();
        (_ignoreCase, _dotAll, _extended) = saved;
        return Close(inner);
    }

    private RegexNode ParseScoped()
    {
        var saved = (_ignoreCase, _dotAll, _extended);
        var inner = ParseChoice();
        (_ignoreCase, _dotAll, _extended) = saved;
        return inner;
    }

    private RegexNode Close(RegexNode inner) => TryTake(")") ? inner : throw Error("has a '(' without ')'");

    private RegexNode ParseEscape()
    {
        if (!More)
        {
            throw Error("ends in a backslash");
        }

        switch (_pattern[_at])
        {
            case 'b':
                _at++;
                return new RegexNode.Anchor(AnchorKind.WordBoundary);
            case 'B':
                _at++;
                return new RegexNode.Anchor(AnchorKind.NotWordBoundary);
            case 'A':
                _at++;
                return new RegexNode.Anchor(AnchorKind.TextStart);
            case 'z':
                _at++;
                return new RegexNode.Anchor(AnchorKind.TextEnd);
            case 'Z':
                _at++;
                return new RegexNode.Anchor(AnchorKind.TextEndOrLastLine);
            case 'R':
                _at++;
                return new RegexNode.Atomic(new RegexNode.Choice(
                [
                    new RegexNode.Sequence([new RegexNode.One(CharSet.Of('\r', false)), new RegexNode.One(CharSet.Of('\n', false))]),
                    new RegexNode.One(new CharSet(ranges: [(0xA, 0xD), (0x85, 0x85), (0x2028, 0x2029)])),
                ]));
            case 'N':
                _at++;
                return new RegexNode.One(CharSet.NotNewline);
            case 'O':
                _at++;
                return new RegexNode.One(CharSet.Any);
            case 'G' or 'K' or 'X' or 'y' or 'Y' or 'k' or 'g' or (>= '1' and <= '9'):
                throw Error($"has '\\{_pattern[_at]}', which is not supported");
            default:
                return new RegexNode.One(ParseSetEscape(out var single) ?? CharSet.Of(single, _ignoreCase));
        }
    }

    // After a backslash: a set, or null and a single character. The same inside and outside of classes.
    private CharSet? ParseSetEscape(out int single)
    {
        single = Next();
        switch (single)
        {
            case 'w':
                return CharSet.Word;
            case 'W':
                return CharSet.Word.Invert();
            case 's':
                return CharSet.Space;
            case 'S':
                return CharSet.Space.Invert();
            case 'd':
                return CharSet.Digit;
            case 'D':
                return CharSet.Digit.Invert();
            case 'h':
                return CharSet.HexDigit;
            case 'H':
                return CharSet.HexDigit.Invert();
            case 'p' or 'P' when More && _pattern[_at] == '{':
                return ParseProperty(single == 'P');
            case 't':
                single = '\t';
                break;
            case 'n':
                single = '\n';
                break;
            case 'r':
                single = '\r';
                break;
            case 'f':
                single = '\f';
                break;
            case 'v':
                single = '\v';
                break;
            case 'a':
                single = '\a';
                break;
            case 'e':
                single = 0x1B;
                break;
            case 'b':
                single = '\b';
                break;
            case 'x' when More && _pattern[_at] == '{':
                var end = _pattern.IndexOf('}', _at);
                single = Hex(_pattern[(_at + 1)..Math.Max(end, _at + 1)]);
                _at = end + 1;
                break;
            case 'x':
                single = TakeHex(2, exact: false);
                break;
            case 'u':
                single = TakeHex(4, exact: true);
                break;
            case '0':
                single = 0;
                for (var i = 0; i < 2 && More && _pattern[_at] is >= '0' and <= '7'; i++)
                {
                    single = (single * 8) + _pattern[_at++] - '0';
                }

                break;
        }

        return null;
    }

    private CharSet ParseProperty(bool inverted)
    {
        var end = _pattern.IndexOf('}', _at);
        var name = end < 0 ? throw Error("has a property without '}'") : _pattern[(_at + 1)..end];
        _at = end + 1;
        if (name.StartsWith('^'))
        {
            (name, inverted) = (name[1..], !inverted);
        }

        var set = UnicodeProperty.Find(name) ?? throw Error($"has the property '{name}', which is not supported");
        return inverted ? set.Invert() : set;
    }

    // After '[': ranges, sets, nested classes, and '&&' between what must all hold.
    private CharSet ParseClass()
    {
        if (++_depth > MaximumDepth)
        {
            throw Error("is nested too deeply");
        }

        var inverted = TryTake("^");
        var ranges = new List<(int, int)>();
        var parts = new List<CharSet>();
        CharSet? both = null;
        for (var first = true; ; first = false)
        {
            if (!More)
            {
                throw Error("has a '[' without ']'");
            }

            if (!first && TryTake("]"))
            {
                break;
            }

            if (TryTake("&&"))
            {
                both = new CharSet(0, ranges, parts, both, ignoresCase: _ignoreCase);
                (ranges, parts) = ([], []);
                continue;
            }

            if (TryTake("[:"))
            {
                parts.Add(ParsePosix());
                continue;
            }

            if (TryTake("["))
            {
                parts.Add(ParseClass());
                continue;
            }

            if (ParseClassItem(out var single) is { } set)
            {
                parts.Add(set);
                continue;
            }

            var last = single;
            if (_at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] is not (']' or '['))
            {
                var dash = _at++;
                if (ParseClassItem(out last) is not null)
                {
                    (_at, last) = (dash, single);
                }
            }

            if (last < single)
            {
                throw Error("has a range that runs backwards");
            }

            ranges.Add((single, last));
        }

        _depth--;
        return new CharSet(0, ranges, parts, ignoresCase: _ignoreCase, and: both) is var result && inverted ? result.Invert() : result;
    }

    private CharSet? ParseClassItem(out int single)
    {
        if (TryTake("\\"))
        {
            return More ? ParseSetEscape(out single) : throw Error("ends in a backslash");
        }

        single = Next();
        return null;
    }

    private CharSet ParsePosix()
    {
        var inverted = TryTake("^");
        var end = _pattern.IndexOf(":]", _at, StringComparison.Ordinal);
        var name = end < 0 ? throw Error("has a '[:' without ':]'") : _pattern[_at..end];
        _at = end + 2;
        var set = name switch
        {
            "alpha" => new CharSet(CharClass.Letter | CharClass.Mark | (1u << (int)UnicodeCategory.LetterNumber), CharClass.CircledLetters),
            "alnum" => new CharSet(CharClass.Letter | CharClass.Mark | (1u << (int)UnicodeCategory.LetterNumber) | CharClass.DecimalDigit, CharClass.CircledLetters),
            "upper" => UnicodeProperty.Find("Lu"),
            "lower" => UnicodeProperty.Find("Ll"),
            "graph" => new CharSet(CharClass.Other | CharClass.Space, inverted: true),
            "print" => new CharSet(CharClass.Control, inverted: true),
            _ => UnicodeProperty.Find(name),
        };
        set = set ?? throw Error($"has the class '[:{name}:]', which is not supported");
        return inverted ? set.Invert() : set;
    }

    private int Next()
    {
        var cp = CharClass.At(_pattern, _at, out var length);
        _at += length;
        return cp;
    }

    private bool TryTake(string text)
    {
        if (string.CompareOrdinal(_pattern, _at, text, 0, text.Length) != 0)
        {
            return false;
        }

        _at += text.Length;
        return true;
    }

    private int TakeHex(int most, bool exact)
    {
        var start = _at;
        while (_at - start < most && More && char.IsAsciiHexDigit(_pattern[_at]))
        {
            _at++;
        }

        return exact && _at - start != most ? throw Error("has a '\\u' without four hexadecimal digits") : _at == start ? 0 : Hex(_pattern[start.._at]);
    }

    private int Hex(string digits)
        => int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 0x10FFFF
            ? value
            : throw Error($"has the code point '{digits}', which does not exist");

    private TokenizerException Error(string what) => new($"The regular expression '{Shown()}' {what} (at character {_at}).");

    private string Shown() => _pattern.Length <= 120 ? _pattern : new StringBuilder(_pattern, 0, 117, 120).Append("...").ToString();
}
