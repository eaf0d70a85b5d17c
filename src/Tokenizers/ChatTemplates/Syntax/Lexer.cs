using System.Globalization;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>Cuts a template into tokens, with trim_blocks and lstrip_blocks on, as Hugging Face sets Jinja up.</summary>
internal sealed class Lexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _counted;

    private Lexer(string source) => _source = source;

    public static List<Token> Read(string template)
    {
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new Lexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_at < _source.Length)
        {
            var open = NextOpening(_at);
            if (open < 0)
            {
                AddData(_source[_at..]);
                break;
            }

            var kind = _source[open + 1];
            var sign = open + 2 < _source.Length && _source[open + 2] is '-' or '+' ? _source[open + 2] : '\0';
            AddData(BeforeTag(_at, open, sign, isVariable: kind == '{'));
            _at = open + (sign == '\0' ? 2 : 3);
            if (kind == '#')
            {
                SkipComment(open);
            }
            else if (kind == '%' && TryReadRaw())
            {
            }
            else
            {
                Add(kind == '{' ? TokenKind.VariableBegin : TokenKind.BlockBegin, "", open);
                ReadTag(kind == '{' ? "}}" : "%}", open);
            }
        }

        Add(TokenKind.End, "", _source.Length);
    }

    private int NextOpening(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    // Text before a tag: a minus sign takes all white space; else blocks and comments take the indent of their own line.
    private string BeforeTag(int start, int end, char sign, bool isVariable)
    {
        if (sign == '-')
        {
            while (end > start && PythonText.IsSpace(_source[end - 1]))
            {
                end--;
            }
        }
        else if (sign != '+' && !isVariable)
        {
            var line = end;
            while (line > start && _source[line - 1] != '\n' && PythonText.IsSpace(_source[line - 1]))
            {
                line--;
            }

            if (line > start ? _source[line - 1] == '\n' : start == 0 || _source[start - 1] == '\n')
            {
                end = line;
            }
        }

        return _source[start..end];
    }

    private void AddData(string text)
    {
        if (text.Length > 0)
        {
            Add(TokenKind.Data, text, _at);
        }
    }

    private void Add(TokenKind kind, string text, int position)
    {
        for (; _counted < position; _counted++)
        {
            _line += _source[_counted] == '\n' ? 1 : 0;
        }

        _tokens.Add(new Token(kind, text, _line));
    }

    private void SkipComment(int open)
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error(open, "a comment without '#}'");
        }

        CloseTag(end, end > _at ? _source[end - 1] : '\0');
    }

    // After a tag's closing pair at a position: a minus takes all white space, else one line break goes, unless there is a plus.
    private void CloseTag(int end, char sign)
    {
        _at = end + 2;
        if (sign == '-')
        {
            SkipSpace();
        }
        else if (sign != '+' && _at < _source.Length && _source[_at] == '\n')
        {
            _at++;
        }
    }

    private void SkipSpace()
    {
        while (_at < _source.Length && PythonText.IsSpace(_source[_at]))
        {
            _at++;
        }
    }

    private bool TryReadRaw()
    {
        var start = _at;
        if (!TryTag("raw", out var minus, out _))
        {
            _at = start;
            return false;
        }

        if (minus)
        {
            SkipSpace();
        }

        var from = _at;
        for (var open = _source.IndexOf("{%", _at, StringComparison.Ordinal); open >= 0; open = _source.IndexOf("{%", open + 2, StringComparison.Ordinal))
        {
            var sign = open + 2 < _source.Length && _source[open + 2] is '-' or '+' ? _source[open + 2] : '\0';
            _at = open + (sign == '\0' ? 2 : 3);
            if (TryTag("endraw", out minus, out var plus))
            {
                var close = _at - 2;
                _at = from;
                AddData(BeforeTag(from, open, sign, isVariable: false));
                CloseTag(close, minus ? '-' : plus ? '+' : '\0');
                return true;
            }
        }

        throw Error(start, "a raw block without '{% endraw %}'");
    }

    // The rest of a tag that is only a name: leaves the place after '%}'.
    private bool TryTag(string name, out bool minus, out bool plus)
    {
        (minus, plus) = (false, false);
        SkipSpace();
        if (string.CompareOrdinal(_source, _at, name, 0, name.Length) != 0)
        {
            return false;
        }

        _at += name.Length;
        SkipSpace();
        minus = _at < _source.Length && _source[_at] == '-';
        plus = _at < _source.Length && _source[_at] == '+';
        _at += minus || plus ? 1 : 0;
        if (string.CompareOrdinal(_source, _at, "%}", 0, 2) != 0)
        {
            return false;
        }

        _at += 2;
        return true;
    }

    private void ReadTag(string close, int open)
    {
        var brackets = new Stack<char>();
        while (true)
        {
            SkipSpace();
            if (_at >= _source.Length)
            {
                throw Error(open, $"a tag without '{close}'");
            }

            if (brackets.Count == 0 && TryClose(close))
            {
                return;
            }

            ReadToken(brackets);
        }
    }

    private bool TryClose(string close)
    {
        var sign = _source[_at] is '-' or '+' ? _source[_at] : '\0';
        var at = sign == '\0' ? _at : _at + 1;
        if (string.CompareOrdinal(_source, at, close, 0, 2) != 0 || (sign == '+' && close == "}}"))
        {
            return false;
        }

        Add(close == "}}" ? TokenKind.VariableEnd : TokenKind.BlockEnd, "", _at);
        if (close == "}}")
        {
            _at = at + 2;
            if (sign == '-')
            {
                SkipSpace();
            }
        }
        else
        {
            CloseTag(at, sign);
        }

        return true;
    }

    private void ReadToken(Stack<char> brackets)
    {
        var c = _source[_at];
        if (char.IsAsciiDigit(c))
        {
            ReadNumber();
        }
        else if (c == '_' || char.IsLetter(c) || char.IsSurrogate(c))
        {
            var start = _at;
            while (_at < _source.Length && (_source[_at] == '_' || char.IsLetterOrDigit(_source[_at]) || char.IsSurrogate(_source[_at]) || char.GetUnicodeCategory(_source[_at]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark))
            {
                _at++;
            }

            Add(TokenKind.Name, _source[start.._at], start);
        }
        else if (c is '\'' or '"')
        {
            ReadText(c);
        }
        else
        {
            ReadOperator(brackets);
        }
    }

    private void ReadOperator(Stack<char> brackets)
    {
        var op = Array.Find(Operators, o => string.CompareOrdinal(_source, _at, o, 0, o.Length) == 0)
            ?? throw Error(_at, $"the character '{_source[_at]}', which has no meaning in a tag");
        if (op is "(" or "[" or "{")
        {
            brackets.Push(op == "(" ? ')' : op == "[" ? ']' : '}');
        }
        else if (op is ")" or "]" or "}" && (brackets.Count == 0 || brackets.Pop() != op[0]))
        {
            throw Error(_at, $"a '{op}' that closes nothing");
        }

        Add(TokenKind.Operator, op, _at);
        _at += op.Length;
    }

    private void ReadNumber()
    {
        var start = _at;
        if (_source[_at] == '0' && _at + 1 < _source.Length && char.ToLowerInvariant(_source[_at + 1]) is 'x' or 'o' or 'b')
        {
            _at += 2;
            while (_at < _source.Length && (char.IsAsciiHexDigit(_source[_at]) || _source[_at] == '_'))
            {
                _at++;
            }

            Add(TokenKind.Integer, _source[start.._at].Replace("_", "", StringComparison.Ordinal), start);
            return;
        }

        SkipDigits();
        var isFloat = false;
        var afterDot = _tokens.Count > 0 && _tokens[^1].Is(".") && start > 0 && _source[start - 1] == '.';
        if (!afterDot && _at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            (isFloat, _at) = (true, _at + 1);
            SkipDigits();
        }

        if (!afterDot && _at < _source.Length && _source[_at] is 'e' or 'E')
        {
            var exponent = _at + 1 < _source.Length && _source[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
            if (exponent < _source.Length && char.IsAsciiDigit(_source[exponent]))
            {
                (isFloat, _at) = (true, exponent);
                SkipDigits();
            }
        }

        Add(isFloat ? TokenKind.Float : TokenKind.Integer, _source[start.._at].Replace("_", "", StringComparison.Ordinal), start);
    }

    private void SkipDigits()
    {
        while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || (_source[_at] == '_' && _at + 1 < _source.Length && char.IsAsciiDigit(_source[_at + 1]))))
        {
            _at++;
        }
    }

    private void ReadText(char quote)
    {
        var start = _at++;
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= _source.Length)
            {
                throw Error(start, "a string without its closing quote");
            }

            var c = _source[_at++];
            if (c == quote)
            {
                break;
            }

            if (c != '\\')
            {
                text.Append(c);
            }
            else if (_at < _source.Length)
            {
                ReadEscape(text);
            }
        }

        Add(TokenKind.Text, text.ToString(), start);
    }

    private void ReadEscape(StringBuilder text)
    {
        var c = _source[_at++];
        switch (c)
        {
            case '\n':
                break;
            case 'n':
                text.Append('\n');
                break;
            case 't':
                text.Append('\t');
                break;
            case 'r':
                text.Append('\r');
                break;
            case 'b':
                text.Append('\b');
                break;
            case 'f':
                text.Append('\f');
                break;
            case 'v':
                text.Append('\v');
                break;
            case 'a':
                text.Append('\a');
                break;
            case 'x':
                AppendHex(text, 2);
                break;
            case 'u':
                AppendHex(text, 4);
                break;
            case 'U':
                AppendHex(text, 8);
                break;
            case >= '0' and <= '7':
                var value = c - '0';
                for (var i = 0; i < 2 && _at < _source.Length && _source[_at] is >= '0' and <= '7'; i++)
                {
                    value = (value * 8) + _source[_at++] - '0';
                }

                text.Append((char)value);
                break;
            case '\\' or '\'' or '"':
                text.Append(c);
                break;
            default:
                text.Append('\\').Append(c);
                break;
        }
    }

    private void AppendHex(StringBuilder text, int digits)
    {
        if (_at + digits > _source.Length || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value is < 0 or > 0x10FFFF)
        {
            throw Error(_at, "a character escape that is not complete");
        }

        _at += digits;
        text.Append(value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value));
    }

    private ChatTemplateException Error(int position, string what)
        => new(ChatTemplateError.Syntax, $"The chat template has {what} (line {1 + _source.AsSpan(0, Math.Min(position, _source.Length)).Count('\n')}).");
}
