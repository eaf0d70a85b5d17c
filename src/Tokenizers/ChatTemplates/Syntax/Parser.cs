using System.Runtime.CompilerServices;

namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>Parses a template's statements; <see cref="ExpressionParser"/> does the expressions.</summary>
internal sealed class Parser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private Parser(string template)
    {
        _tokens = new TokenStream(Lexer.Read(template));
        _expressions = new ExpressionParser(_tokens);
    }

    /// <summary>Parses a template; tells whether it has generation blocks.</summary>
    public static IReadOnlyList<Statement> Parse(string template, out bool hasGeneration)
    {
        var parser = new Parser(template);
        var body = parser.ParseBody([], "the template");
        hasGeneration = parser._sawGeneration;
        return body;
    }

    private bool _sawGeneration;

    // Statements up to one of some tags, whose '{%' and name are taken.
    private List<Statement> ParseBody(string[] ends, string opened)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ChatTemplateException(ChatTemplateError.Depth, "The chat template's tags nest too deeply.");
        }

        var body = new List<Statement>();
        while (true)
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Statement.Data(token.Line, token.Text));
                    break;
                case TokenKind.VariableBegin:
                    body.Add(new Statement.Output(token.Line, _expressions.ParseTuple()));
                    _tokens.Expect(TokenKind.VariableEnd);
                    break;
                case TokenKind.BlockBegin:
                    if (_tokens.Current.Kind == TokenKind.Name && Array.IndexOf(ends, _tokens.Current.Text) >= 0)
                    {
                        return body;
                    }

                    body.AddRange(ParseTag());
                    break;
                default:
                    return ends.Length == 0 ? body : throw _tokens.Error($"{opened} is not closed: expected {string.Join(" or ", ends)}");
            }
        }
    }

    // A body and its end tag.
    private List<Statement> ParseTo(string end, string opened)
    {
        _tokens.Expect(TokenKind.BlockEnd);
        var body = ParseBody([end], opened);
        _tokens.Next();
        return body;
    }

    private IEnumerable<Statement> ParseTag()
    {
        var name = _tokens.Expect(TokenKind.Name);
        var line = name.Line;
        IEnumerable<Statement> result = name.Text switch
        {
            "if" => [ParseIf(line)],
            "for" => [ParseFor(line)],
            "set" => [ParseSet(line)],
            "with" => [ParseWith(line)],
            "macro" => [ParseMacro(line)],
            "call" => [ParseCall(line)],
            "filter" => [ParseFilterBlock(line)],
            "generation" => [ParseGeneration(line)],
            "block" => [ParseBlock(line)],
            "autoescape" => [ParseAutoescape(line)],
            "print" => [new Statement.Output(line, _expressions.ParseTuple())],
            "break" => [_loops > 0 ? new Statement.Break(line) : throw _tokens.Error("'break' outside of a loop")],
            "continue" => [_loops > 0 ? new Statement.Continue(line) : throw _tokens.Error("'continue' outside of a loop")],
            "include" or "import" or "from" or "extends" => [ParseLoad(name)],
            _ => throw _tokens.Error($"the tag '{name.Text}' is not one of chat templates"),
        };
        _tokens.Expect(TokenKind.BlockEnd);
        return result;
    }

    private Statement.If ParseIf(int line)
    {
        var condition = _expressions.ParseTuple(withConditional: false);
        _tokens.Expect(TokenKind.BlockEnd);
        using var soft = _expressions.Soft();
        var then = ParseBody(["elif", "else", "endif"], "'if'");
        var next = _tokens.Next();
        switch (next.Text)
        {
            case "elif":
                return new Statement.If(line, condition, then, [ParseIf(next.Line)]);
            case "else":
                return new Statement.If(line, condition, then, ParseTo("endif", "'else'"));
            default:
                return new Statement.If(line, condition, then, []);
        }
    }

    private Statement.For ParseFor(int line)
    {
        var target = ParseTarget(allowsMember: false, "in");
        if (!_tokens.TryTakeName("in"))
        {
            throw _tokens.Error($"'for' needs 'in' but has {_tokens.Current}");
        }

        var items = _expressions.ParseTuple(withConditional: false);
        var condition = _tokens.TryTakeName("if") ? _expressions.Parse() : null;
        var recursive = _tokens.TryTakeName("recursive");
        _tokens.Expect(TokenKind.BlockEnd);
        using var hard = _expressions.Hard();
        _loops++;
        var body = ParseBody(["else", "endfor"], "'for'");
        _loops--;
        List<Statement> otherwise = _tokens.Next().Text == "else" ? ParseTo("endfor", "'else'") : [];
        return new Statement.For(line, target, items, condition, recursive, body, otherwise);
    }

    private Statement ParseSet(int line)
    {
        var target = ParseTarget(allowsMember: true, "=");
        if (_tokens.TryTake("="))
        {
            return new Statement.Set(line, target, _expressions.ParseTuple());
        }

        var filter = _tokens.Current.Is("|") ? _expressions.ParseFilterChain(null) : null;
        return new Statement.SetBlock(line, target, filter, ParseTo("endset", "'set'"));
    }

    private Statement.With ParseWith(int line)
    {
        var values = new List<(Target, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
            {
                _tokens.Expect(",");
            }

            var target = ParseTarget(allowsMember: false, "=");
            _tokens.Expect("=");
            values.Add((target, _expressions.Parse()));
        }

        return new Statement.With(line, values, ParseTo("endwith", "'with'"));
    }

    private Statement.MacroDefinition ParseMacro(int line)
    {
        var name = ParseVariableName();
        var parameters = ParseParameters();
        return new Statement.MacroDefinition(line, ParseMacroBody(name, parameters, "endmacro", "'macro'"));
    }

    private Statement.CallBlock ParseCall(int line)
    {
        var parameters = _tokens.Current.Is("(") ? ParseParameters() : [];
        return _expressions.Parse() is Expression.Call call
            ? new Statement.CallBlock(line, call, ParseMacroBody("caller", parameters, "endcall", "'call'"))
            : throw _tokens.Error("'call' needs a call");
    }

    private MacroBody ParseMacroBody(string name, List<(string, Expression?)> parameters, string end, string opened)
    {
        var loops = _loops;
        _loops = 0;
        using var hard = _expressions.Hard();
        var names = _expressions.StartNames();
        var body = ParseTo(end, opened);
        _expressions.EndNames(names);
        _loops = loops;
        return new MacroBody(name, parameters, body, names.Contains("varargs"), names.Contains("kwargs"), names.Contains("caller"));
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        _tokens.Expect("(");
        while (!_tokens.TryTake(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.Expect(",");
                if (_tokens.TryTake(")"))
                {
                    break;
                }
            }

            var name = ParseVariableName();
            var value = _tokens.TryTake("=") ? _expressions.Parse() : null;
            if (value is null && parameters.Count > 0 && parameters[^1].Default is not null)
            {
                throw _tokens.Error($"the parameter '{name}' without a default follows one that has a default");
            }

            parameters.Add((name, value));
        }

        return parameters;
    }

    private Statement.FilterBlock ParseFilterBlock(int line)
    {
        var filter = _expressions.ParseFilterChain(null, startsWithName: true);
        return new Statement.FilterBlock(line, filter!, ParseTo("endfilter", "'filter'"));
    }

    private Statement.Generation ParseGeneration(int line)
    {
        var loops = _loops;
        (_loops, _sawGeneration) = (0, true);
        using var hard = _expressions.Hard();
        var body = ParseTo("endgeneration", "'generation'");
        _loops = loops;
        return new Statement.Generation(line, body);
    }

    private Statement.Block ParseBlock(int line)
    {
        ParseVariableName();
        var loops = _loops;
        _loops = 0;
        _tokens.TryTakeName("scoped");
        _tokens.TryTakeName("required");
        _tokens.Expect(TokenKind.BlockEnd);
        var body = ParseBody(["endblock"], "'block'");
        _tokens.Next();
        _ = _tokens.Current.Kind == TokenKind.Name ? _tokens.Next() : default;
        _loops = loops;
        return new Statement.Block(line, body);
    }

    private Statement.Block ParseAutoescape(int line)
    {
        _expressions.Parse();
        return new Statement.Block(line, ParseTo("endautoescape", "'autoescape'"));
    }

    private Statement.Load ParseLoad(Token name)
    {
        while (_tokens.Current.Kind is not (TokenKind.BlockEnd or TokenKind.End))
        {
            _tokens.Next();
        }

        return new Statement.Load(name.Line, name.Text);
    }

    private string ParseVariableName()
    {
        var token = _tokens.Expect(TokenKind.Name);
        return token.Text is "true" or "false" or "none" or "True" or "False" or "None"
            ? throw _tokens.Error($"'{token.Text}' cannot be assigned to")
            : token.Text;
    }

    private Target ParseTarget(bool allowsMember, string end)
    {
        var targets = new List<Target>();
        var isTuple = false;
        do
        {
            if (targets.Count > 0 && (_tokens.Current.IsName(end) || _tokens.Current.Is(end) || _tokens.Current.Is(")")))
            {
                break;
            }

            targets.Add(ParseOneTarget(allowsMember));
        }
        while (_tokens.TryTake(",") && (isTuple = true));
        return isTuple ? new Target.Several(targets) : targets[0];
    }

    private Target ParseOneTarget(bool allowsMember)
    {
        if (_tokens.TryTake("("))
        {
            var inner = ParseTarget(allowsMember, ")");
            _tokens.Expect(")");
            return inner;
        }

        if (_tokens.Current.Kind != TokenKind.Name)
        {
            throw _tokens.Error($"{_tokens.Current} cannot be assigned to");
        }

        var name = ParseVariableName();
        return allowsMember && _tokens.TryTake(".") ? new Target.Member(name, _tokens.Expect(TokenKind.Name).Text) : new Target.Variable(name);
    }
}
