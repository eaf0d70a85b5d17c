using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>The functions that every template can call.</summary>
internal static class Globals
{
    // What Jinja's sandbox allows.
    private const int MaximumRange = 100_000;

    public static Scope Make(Evaluator evaluator)
    {
        var scope = new Scope(null);
        Add(scope, "range", Range);
        Add(scope, "dict", arguments => Dict(evaluator, arguments));
        Add(scope, "namespace", arguments => Space(evaluator, arguments));
        Add(scope, "cycler", Cycler);
        Add(scope, "joiner", Joiner);
        Add(scope, "raise_exception", arguments => throw new ChatTemplateException(ChatTemplateError.Raised, PythonText.Show(arguments.Get(0, "message", ""))));
        Add(scope, "strftime_now", arguments => FormatTime(evaluator, arguments.Text(0, "format", "%c")));
        return scope;
    }

    private static string FormatTime(Evaluator evaluator, string format)
    {
        evaluator.Budget.ChargeValues(format.Length);
        return evaluator.Budget.Charge(StrfTime.Format(evaluator.Clock.GetLocalNow(), format));
    }

    private static void Add(Scope scope, string name, Func<Arguments, object?> function) => scope.Set(name, new Callable(name, function));

    private static PythonRange Range(Arguments arguments)
    {
        var bounds = arguments.Positional.Select(value => PythonNumber.TryInteger(value, out var number)
            ? number
            : throw ((value as Undefined)?.Error() ?? arguments.Wrong($"needs whole numbers, not a {PythonText.TypeName(value)}"))).ToList();
        var range = bounds.Count switch
        {
            1 => new PythonRange(0, bounds[0], 1),
            2 => new PythonRange(bounds[0], bounds[1], 1),
            3 when !bounds[2].IsZero => new PythonRange(bounds[0], bounds[1], bounds[2]),
            _ => throw arguments.Wrong("needs one to three whole numbers, the third not 0"),
        };
        return range.Length <= MaximumRange
            ? range
            : throw new ChatTemplateException(ChatTemplateError.Sandbox, $"A range of {range.Length} numbers is too long; templates may use {MaximumRange}.");
    }

    private static PythonDict Dict(Evaluator evaluator, Arguments arguments)
    {
        var dict = new PythonDict();
        switch (arguments.Get(0, ""))
        {
            case null:
                break;
            case PythonDict other:
                evaluator.Budget.ChargeValues(2L * other.Count);
                foreach (var (key, value) in other.Items)
                {
                    dict.Set(key, value);
                }

                break;
            case var pairs:
                foreach (var pair in evaluator.Iterate(pairs))
                {
                    var items = evaluator.Iterate(pair);
                    dict.Set(items.Count == 2 ? items[0] : throw arguments.Wrong("needs pairs of a key and a value"), items[1]);
                }

                break;
        }

        foreach (var (name, value) in arguments.Named)
        {
            dict.Set(name, value);
        }

        return dict;
    }

    private static Namespace Space(Evaluator evaluator, Arguments arguments)
    {
        var space = new Namespace();
        foreach (var (key, value) in Dict(evaluator, arguments).Items)
        {
            space.Members[PythonText.Show(key)] = value;
        }

        return space;
    }

    private static Stateful Cycler(Arguments arguments)
    {
        var items = arguments.Positional;
        var at = 0;
        if (items.Count == 0)
        {
            throw arguments.Wrong("needs something to choose from");
        }

        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        members["current"] = items[0];
        members["next"] = new Callable("next", _ =>
        {
            var current = items[at];
            at = (at + 1) % items.Count;
            members["current"] = items[at];
            return current;
        });
        members["reset"] = new Callable("reset", _ =>
        {
            at = 0;
            members["current"] = items[0];
            return null;
        });
        return new Stateful(members, null);
    }

    private static Stateful Joiner(Arguments arguments)
    {
        var separator = arguments.Text(0, "sep", ", ");
        var used = false;
        return new Stateful([], () =>
        {
            var text = used ? separator : "";
            used = true;
            return text;
        });
    }
}
