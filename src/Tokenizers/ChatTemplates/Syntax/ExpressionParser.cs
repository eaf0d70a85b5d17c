using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using LoraDiff.Tokenizers.ChatTemplates.Library;

namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>Parses expressions, by Jinja's precedences.</summary>
internal sealed class ExpressionParser(TokenStream tokens)
{
    private readonly List<HashSet<string>> _watched = [];

    // Inside of what may not be reached, unknown filters and tests are an error only when they are.
    private bool _soft;

    /// <summary>Within the returned scope unknown filters and tests wait until they are reached.</summary>
    public IDisposable Soft() => new Mode(this, true);

    /// <summary>Within the returned scope they are errors of the template.</summary>
    public IDisposable Hard() => new Mode(this, false);

    /// <summary>Starts to collect the names that expressions use.</summary>
    public HashSet<string> StartNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        _watched.Add(names);
        return names;
    }

    public void EndNames(HashSet<string> names) => _watched.Remove(names);

    /// <summary>Parses one expression.</summary>
    public Expression Parse() => ParseConditional();

    /// <summary>Parses expressions with commas between them: a tuple when there is a comma.</summary>
    public Expression ParseTuple(bool withConditional = true, bool parenthesised = false)
    {
        var line = tokens.Current.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (true)
        {
            if (items.Count > 0)
            {
                if (!tokens.TryTake(","))
                {
                    break;
                }

                isTuple = true;
            }

            if (IsEnd())
            {
                break;
            }

            items.Add(withConditional ? Parse() : ParseOr());
        }

        if (items.Count == 0 && !parenthesised)
        {
            throw tokens.Error($"expected an expression but found {tokens.Current}");
        }

        return isTuple || items.Count == 0 ? new Expression.TupleOf(line, items) : items[0];
    }

    /// <summary>Parses <c>|a|b(…)</c>; null where there is none.</summary>
    public Expression.Filter? ParseFilterChain(Expression? of, bool startsWithName = false)
    {
        Expression.Filter? filter = null;
        while (startsWithName || tokens.TryTake("|"))
        {
            startsWithName = false;
            var line = tokens.Current.Line;
            var name = DottedName();
            if (!_soft && !Filters.Exists(name))
            {
                throw Filters.Missing(name, line);
            }

            var arguments = tokens.Current.Is("(") ? ParseArguments() : ArgumentList.Empty;
            filter = new Expression.Filter(line, of, name, arguments);
            of = filter;
        }

        return filter;
    }

    private bool IsEnd()
        => tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd or TokenKind.End || tokens.Current.Is(")");

    private string DottedName()
    {
        var name = tokens.Expect(TokenKind.Name).Text;
        while (tokens.TryTake("."))
        {
            name += "." + tokens.Expect(TokenKind.Name).Text;
        }

        return name;
    }

    private Expression ParseConditional()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ChatTemplateException(ChatTemplateError.Depth, $"The chat template has an expression that nests too deeply (line {tokens.Current.Line}).");
        }

        var line = tokens.Current.Line;
        var saved = _soft;
        var result = ParseOr();
        while (tokens.TryTakeName("if"))
        {
            _soft = true;
            var condition = ParseOr();
            var otherwise = tokens.TryTakeName("else") ? ParseConditional() : null;
            result = new Expression.Conditional(line, condition, result, otherwise);
        }

        _soft = saved;
        return result;
    }

    private Expression ParseOr()
    {
        var line = tokens.Current.Line;
        var left = ParseAnd();
        while (tokens.TryTakeName("or"))
        {
            left = new Expression.Logical(line, IsAnd: false, left, ParseAnd());
        }

        return left;
    }

    private Expression ParseAnd()
    {
        var line = tokens.Current.Line;
        var left = ParseNot();
        while (tokens.TryTakeName("and"))
        {
            left = new Expression.Logical(line, IsAnd: true, left, ParseNot());
        }

        return left;
    }

    private Expression ParseNot()
    {
        if (!tokens.Current.IsName("not"))
        {
            return ParseComparison();
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ChatTemplateException(ChatTemplateError.Depth, $"The chat template has an expression that nests too deeply (line {tokens.Current.Line}).");
        }

        var line = tokens.Next().Line;
        return new Expression.Unary(line, "not", ParseNot());
    }

    private Expression ParseComparison()
    {
        var line = tokens.Current.Line;
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            var token = tokens.Current;
            if (token.Kind == TokenKind.Operator && token.Text is "==" or "!=" or "<" or "<=" or ">" or ">=")
            {
                tokens.Next();
                rest.Add((token.Text, ParseSum()));
            }
            else if (tokens.TryTakeName("in"))
            {
                rest.Add(("in", ParseSum()));
            }
            else if (token.IsName("not") && tokens.Peek.IsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Comparison(line, first, rest);
            }
        }
    }

    private Expression ParseSum()
    {
        var left = ParseConcatenation();
        while (tokens.Current.Is("+") || tokens.Current.Is("-"))
        {
            var op = tokens.Next();
            left = new Expression.Binary(op.Line, op.Text, left, ParseConcatenation());
        }

        return left;
    }

    private Expression ParseConcatenation()
    {
        var line = tokens.Current.Line;
        var parts = new List<Expression> { ParseProduct() };
        while (tokens.TryTake("~"))
        {
            parts.Add(ParseProduct());
        }

        return parts.Count == 1 ? parts[0] : new Expression.Concatenation(line, parts);
    }

    private Expression ParseProduct()
    {
        var left = ParsePower();
        while (tokens.Current.Kind == TokenKind.Operator && tokens.Current.Text is "*" or "/" or "//" or "%")
        {
            var op = tokens.Next();
            left = new Expression.Binary(op.Line, op.Text, left, ParsePower());
        }

        return left;
    }

    private Expression ParsePower()
    {
        var left = ParseUnary(withFilter: true);
        while (tokens.Current.Is("**"))
        {
            var op = tokens.Next();
            left = new Expression.Binary(op.Line, op.Text, left, ParseUnary(withFilter: true));
        }

        return left;
    }

    private Expression ParseUnary(bool withFilter)
    {
        Expression node;
        if (tokens.Current.Is("-") || tokens.Current.Is("+"))
        {
            if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            {
                throw new ChatTemplateException(ChatTemplateError.Depth, $"The chat template has an expression that nests too deeply (line {tokens.Current.Line}).");
            }

            var op = tokens.Next();
            node = new Expression.Unary(op.Line, op.Text, ParseUnary(withFilter: false));
        }
        else
        {
            node = ParsePrimary();
        }

        node = ParsePostfix(node);
        return withFilter ? ParseFiltersAndTests(node) : node;
    }

    private Expression ParsePostfix(Expression node)
    {
        while (tokens.Current.Kind == TokenKind.Operator)
        {
            switch (tokens.Current.Text)
            {
                case ".":
                    node = ParseMember(node);
                    break;
                case "[":
                    node = ParseSubscript(node);
                    break;
                case "(":
                    node = new Expression.Call(tokens.Current.Line, node, ParseArguments());
                    break;
                default:
                    return node;
            }
        }

        return node;
    }

    private Expression ParseFiltersAndTests(Expression node)
    {
        while (true)
        {
            if (tokens.Current.Is("|"))
            {
                node = ParseFilterChain(node)!;
            }
            else if (tokens.TryTakeName("is"))
            {
                node = ParseTest(node);
            }
            else if (tokens.Current.Is("("))
            {
                node = new Expression.Call(tokens.Current.Line, node, ParseArguments());
            }
            else
            {
                return node;
            }
        }
    }

    private Expression ParseTest(Expression of)
    {
        var negated = tokens.TryTakeName("not");
        var line = tokens.Current.Line;
        var name = DottedName();
        if (!_soft && !Tests.Exists(name))
        {
            throw Tests.Missing(name, line);
        }

        var arguments = ArgumentList.Empty;
        var token = tokens.Current;
        if (token.Is("("))
        {
            arguments = ParseArguments();
        }
        else if (token.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Integer or TokenKind.Float || token.Is("[") || token.Is("{"))
        {
            if (token.IsName("is"))
            {
                throw tokens.Error("tests cannot be chained with 'is'");
            }

            if (!(token.Kind == TokenKind.Name && token.Text is "else" or "or" or "and"))
            {
                arguments = new ArgumentList([ParsePostfix(ParsePrimary())], [], null, null);
            }
        }

        Expression test = new Expression.Test(line, of, name, arguments);
        return negated ? new Expression.Unary(line, "not", test) : test;
    }

    private Expression ParseMember(Expression node)
    {
        tokens.Next();
        var token = tokens.Next();
        return token.Kind switch
        {
            TokenKind.Name => new Expression.Attribute(token.Line, node, token.Text),
            TokenKind.Integer => new Expression.Item(token.Line, node, new Expression.Constant(token.Line, ReadInteger(token))),
            _ => throw tokens.Error($"expected a name after '.' but found {token}"),
        };
    }

    private Expression.Item ParseSubscript(Expression node)
    {
        var line = tokens.Next().Line;
        var keys = new List<Expression>();
        while (!tokens.TryTake("]"))
        {
            if (keys.Count > 0)
            {
                tokens.Expect(",");
            }

            keys.Add(ParseSubscriptKey());
        }

        return keys.Count switch
        {
            0 => throw tokens.Error("expected an expression between '[' and ']'"),
            1 => new Expression.Item(line, node, keys[0]),
            _ => new Expression.Item(line, node, new Expression.TupleOf(line, keys)),
        };
    }

    private Expression ParseSubscriptKey()
    {
        var line = tokens.Current.Line;
        Expression? start = null;
        if (!tokens.Current.Is(":"))
        {
            start = Parse();
            if (!tokens.Current.Is(":"))
            {
                return start;
            }
        }

        tokens.Next();
        var stop = IsSliceEnd() ? null : Parse();
        var step = tokens.TryTake(":") && !IsSliceEnd() ? Parse() : null;
        return new Expression.Slice(line, start, stop, step);
    }

    private bool IsSliceEnd() => tokens.Current.Is(":") || tokens.Current.Is("]") || tokens.Current.Is(",");

    private ArgumentList ParseArguments()
    {
        tokens.Expect("(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? spread = null;
        Expression? namedSpread = null;
        for (var first = true; !tokens.TryTake(")"); first = false)
        {
            if (!first)
            {
                tokens.Expect(",");
                if (tokens.TryTake(")"))
                {
                    break;
                }
            }

            if (tokens.TryTake("**"))
            {
                namedSpread = Parse();
            }
            else if (tokens.TryTake("*"))
            {
                spread = Parse();
            }
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Peek.Is("="))
            {
                var name = tokens.Next().Text;
                tokens.Next();
                named.Add((name, Parse()));
            }
            else if (named.Count > 0 || spread is not null || namedSpread is not null)
            {
                throw tokens.Error("an argument without a name follows one with a name");
            }
            else
            {
                positional.Add(Parse());
            }
        }

        return new ArgumentList(positional, named, spread, namedSpread);
    }

    private Expression ParsePrimary()
    {
        var token = tokens.Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.Text:
                var text = token.Text;
                while (tokens.Current.Kind == TokenKind.Text)
                {
                    text += tokens.Next().Text;
                }

                return new Expression.Constant(token.Line, text);
            case TokenKind.Integer:
                return new Expression.Constant(token.Line, ReadInteger(token));
            case TokenKind.Float:
                return new Expression.Constant(token.Line, double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                var inner = ParseTuple(parenthesised: true);
                tokens.Expect(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return new Expression.ListOf(token.Line, ParseItems());
            case TokenKind.Operator when token.Text == "{":
                return new Expression.DictOf(token.Line, ParseEntries());
            default:
                throw tokens.Error($"expected an expression but found {token}");
        }
    }

    private Expression ParseName(Token token)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new Expression.Constant(token.Line, true);
            case "false" or "False":
                return new Expression.Constant(token.Line, false);
            case "none" or "None":
                return new Expression.Constant(token.Line, null);
            default:
                foreach (var names in _watched)
                {
                    names.Add(token.Text);
                }

                return new Expression.Name(token.Line, token.Text);
        }
    }

    private List<Expression> ParseItems()
    {
        var items = new List<Expression>();
        while (!tokens.TryTake("]"))
        {
            if (items.Count > 0)
            {
                tokens.Expect(",");
                if (tokens.TryTake("]"))
                {
                    break;
                }
            }

            items.Add(Parse());
        }

        return items;
    }

    private List<(Expression Key, Expression Value)> ParseEntries()
    {
        var items = new List<(Expression, Expression)>();
        while (!tokens.TryTake("}"))
        {
            if (items.Count > 0)
            {
                tokens.Expect(",");
                if (tokens.TryTake("}"))
                {
                    break;
                }
            }

            var key = Parse();
            tokens.Expect(":");
            items.Add((key, Parse()));
        }

        return items;
    }

    private BigInteger ReadInteger(Token token)
    {
        var text = token.Text;
        if (text.Length > 4000)
        {
            throw tokens.Error("an integer is too long");
        }

        if (text.Length < 2 || text[0] != '0' || char.IsAsciiDigit(text[1]))
        {
            return BigInteger.Parse(text, CultureInfo.InvariantCulture);
        }

        var radix = char.ToLowerInvariant(text[1]) switch { 'x' => 16, 'o' => 8, _ => 2 };
        var value = BigInteger.Zero;
        foreach (var c in text.AsSpan(2))
        {
            var digit = Convert.ToInt32(c.ToString(), 16);
            value = digit < radix ? (value * radix) + digit : throw tokens.Error($"'{text}' is not a number");
        }

        return value;
    }

    private sealed class Mode : IDisposable
    {
        private readonly ExpressionParser _parser;
        private readonly bool _saved;

        public Mode(ExpressionParser parser, bool soft)
        {
            (_parser, _saved) = (parser, parser._soft);
            parser._soft = soft;
        }

        public void Dispose() => _parser._soft = _saved;
    }
}
