using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Library;
using LoraDiff.Tokenizers.ChatTemplates.Syntax;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>Runs a template's statements.</summary>
internal sealed class Renderer
{
    private readonly Budget _budget;
    private readonly Evaluator _evaluator;
    private readonly StringBuilder _root = new();
    private readonly PythonDict _variables;
    private StringBuilder _output;

    public Renderer(TimeProvider clock, PythonDict variables)
    {
        _variables = variables;
        _budget = new Budget(variables);
        _evaluator = new Evaluator(this, _budget, clock);
        _output = _root;
    }

    /// <summary>What the generation blocks rendered, in order.</summary>
    public List<GeneratedText> Generated { get; } = [];

    public string Render(IReadOnlyList<Statement> template)
    {
        var outer = Budget.Use(_budget);
        try
        {
            var globals = Globals.Make(_evaluator);
            foreach (var (name, value) in _variables.Items)
            {
                globals.Set((string)name!, value);
            }

            Run(template, new Scope(globals));
            return Text(_root);
        }
        finally
        {
            Budget.Use(outer);
        }
    }

    /// <summary>Renders a macro's body.</summary>
    public string Call(Macro macro, Arguments arguments)
    {
        _budget.Enter();
        var text = Capture(macro.Body.Body, Bind(macro, arguments));
        _budget.Leave();
        return text;
    }

    private Scope Bind(Macro macro, Arguments arguments)
    {
        var body = macro.Body;
        var scope = new Scope(macro.Scope);
        for (var i = 0; i < body.Parameters.Count; i++)
        {
            var (name, otherwise) = body.Parameters[i];
            if (arguments.TryGet(i, name, out var value))
            {
                scope.Set(name, value);
            }
            else
            {
                scope.Set(name, otherwise is null ? new Undefined($"The parameter '{name}' of '{body.Name}' was not given.") : _evaluator.Evaluate(otherwise, scope));
            }
        }

        BindRest(body, scope, arguments);
        return scope;
    }

    private static void BindRest(MacroBody body, Scope scope, Arguments arguments)
    {
        var more = arguments.Positional.Skip(body.Parameters.Count).ToList();
        if (more.Count > 0 && !body.TakesMore)
        {
            throw arguments.Wrong($"takes not more than {body.Parameters.Count} arguments");
        }

        var named = new PythonDict();
        for (var i = 0; i < arguments.Named.Count; i++)
        {
            var (name, value) = arguments.Named[i];
            var place = body.Parameters.ToList().FindIndex(parameter => parameter.Name == name);
            if (place >= 0 && place < arguments.Positional.Count)
            {
                throw arguments.Wrong($"was given '{name}' twice");
            }

            if (place < 0 && name == "caller" && body.TakesCaller)
            {
                scope.Set(name, value);
            }
            else if (place < 0)
            {
                named.Set(name, body.TakesNamed && name != "caller" ? value : throw arguments.Wrong($"has no argument '{name}'"));
            }
        }

        if (body.TakesMore)
        {
            scope.Set("varargs", new PythonTuple(more));
        }

        if (body.TakesNamed)
        {
            scope.Set("kwargs", named);
        }

        if (body.TakesCaller && !arguments.Named.Any(argument => argument.Name == "caller"))
        {
            scope.Set("caller", new Undefined("No caller was given: the macro was not called by a call block."));
        }
    }

    private string Capture(IReadOnlyList<Statement> body, Scope scope)
    {
        var outer = _output;
        _output = new StringBuilder();
        Run(body, scope);
        var text = Text(_output);
        _output = outer;
        return text;
    }

    private Flow Run(IReadOnlyList<Statement> statements, Scope scope)
    {
        PythonCompare.Guard();
        foreach (var statement in statements)
        {
            _budget.Step();
            var flow = Run(statement, scope);
            if (flow != Flow.Normal)
            {
                return flow;
            }
        }

        return Flow.Normal;
    }

    private Flow Run(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Statement.Data data:
                Write(data.Text);
                return Flow.Normal;
            case Statement.Output output:
                Write(PythonText.Show(_evaluator.Evaluate(output.Value, scope)));
                return Flow.Normal;
            case Statement.If choice:
                return Run(PythonCompare.Truth(_evaluator.Evaluate(choice.Condition, scope)) ? choice.Then : choice.Otherwise, scope);
            case Statement.For loop:
                Loop(loop, _evaluator.Evaluate(loop.Items, scope), scope, 0);
                return Flow.Normal;
            case Statement.Set set:
                Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope);
                return Flow.Normal;
            case Statement.Break:
                return Flow.Break;
            case Statement.Continue:
                return Flow.Continue;
            default:
                RunBlock(statement, scope);
                return Flow.Normal;
        }
    }

    private void RunBlock(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Statement.SetBlock set:
                var text = Capture(set.Body, new Scope(scope));
                Assign(set.Target, set.Filter is null ? text : Filter(set.Filter, text, scope), scope);
                break;
            case Statement.With with:
                var inner = new Scope(scope);
                foreach (var (target, value) in with.Values)
                {
                    Assign(target, _evaluator.Evaluate(value, scope), inner);
                }

                Run(with.Body, inner);
                break;
            case Statement.FilterBlock filter:
                Write(PythonText.Show(Filter(filter.Filter, Capture(filter.Body, new Scope(scope)), scope)));
                break;
            case Statement.MacroDefinition macro:
                scope.Set(macro.Macro.Name, new Macro(macro.Macro, scope));
                break;
            case Statement.CallBlock call:
                CallBlock(call, scope);
                break;
            case Statement.Generation generation:
                Generate(generation, scope);
                break;
            case Statement.Block block:
                Run(block.Body, new Scope(scope));
                break;
            case Statement.Load load:
                throw new ChatTemplateException(ChatTemplateError.Loader, $"The chat template uses '{load.Tag}', but there are no other templates to load (line {load.Line}).");
        }
    }

    private void Generate(Statement.Generation generation, Scope scope)
    {
        var start = _root.Length;
        var text = Capture(generation.Body, new Scope(scope));
        Generated.Add(new GeneratedText(text, start));
        Write(text);
    }

    private void CallBlock(Statement.CallBlock block, Scope scope)
    {
        var given = _evaluator.Arguments("the call block", block.Call.Arguments, scope);
        var arguments = new Arguments(given.Called, given.Positional, [.. given.Named, ("caller", new Macro(block.Caller, scope))]);
        Write(PythonText.Show(_evaluator.Call(_evaluator.Evaluate(block.Call.Of, scope), arguments)));
    }

    // The innermost filter of the chain is the one without a value to apply to.
    private object? Filter(Expression.Filter filter, object? value, Scope scope)
    {
        if (filter.Of is Expression.Filter inner)
        {
            value = Filter(inner, value, scope);
        }

        return Filters.Apply(_evaluator, filter.Named, value, _evaluator.Arguments(filter.Named, filter.Arguments, scope), filter.Line);
    }

    private void Loop(Statement.For loop, object? over, Scope scope, int depth)
    {
        _budget.Enter();
        var items = _evaluator.Iterate(over);
        if (loop.Condition is { } condition)
        {
            items = items.Where(item => PythonCompare.Truth(_evaluator.Evaluate(condition, Inner(item)))).ToList();
        }

        var state = new LoopState(items, depth, loop.Recursive ? Recurse : null);
        for (var i = 0; i < items.Count; i++)
        {
            _budget.Step();
            state.Index = i;
            var inner = Inner(items[i]);
            inner.Set("loop", state);
            if (Run(loop.Body, inner) == Flow.Break)
            {
                break;
            }
        }

        if (items.Count == 0)
        {
            Run(loop.Otherwise, new Scope(scope));
        }

        _budget.Leave();

        Scope Inner(object? item)
        {
            var inner = new Scope(scope);
            Assign(loop.Target, item, inner);
            return inner;
        }

        string Recurse(object? value)
        {
            var outer = _output;
            _output = new StringBuilder();
            Loop(loop, value, scope, depth + 1);
            var text = Text(_output);
            _output = outer;
            return text;
        }
    }

    private void Assign(Target target, object? value, Scope scope)
    {
        switch (target)
        {
            case Target.Variable variable:
                scope.Set(variable.Name, value);
                break;
            case Target.Member member:
                if (!scope.TryGet(member.Namespace, out var found) || found is not Namespace space)
                {
                    throw new ChatTemplateException(ChatTemplateError.Assignment, $"'{member.Namespace}.{member.Name}' cannot be assigned: '{member.Namespace}' is no namespace.");
                }

                space.Members[member.Name] = value;
                break;
            case Target.Several several:
                var items = value is Undefined undefined ? throw undefined.Error() : _evaluator.Iterate(value);
                if (items.Count != several.Targets.Count)
                {
                    throw new ChatTemplateException(ChatTemplateError.Type, $"{items.Count} values cannot be unpacked to {several.Targets.Count} variables.");
                }

                for (var i = 0; i < items.Count; i++)
                {
                    Assign(several.Targets[i], items[i], scope);
                }

                break;
        }
    }

    private string Text(StringBuilder written)
    {
        _budget.Charge(written.Length);
        return written.ToString();
    }

    private void Write(string text)
    {
        _budget.Charge(text.Length);
        _output.Append(text);
    }
}
