using System.Globalization;
using System.Numerics;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>Filters of lists and of everything else that can be walked through.</summary>
internal static class ListFilters
{
    public static void AddTo(Dictionary<string, FilterFunction> filters)
    {
        filters["list"] = (e, value, _) => e.Iterate(value).ToList();
        filters["first"] = (e, value, _) => e.Iterate(value) is { Count: > 0 } items ? items[0] : new Undefined("There is no first item: the list is empty.");
        filters["last"] = (e, value, _) => e.Iterate(value) is { Count: > 0 } items ? items[^1] : new Undefined("There is no last item: the list is empty.");
        filters["join"] = Join;
        filters["reverse"] = Reverse;
        filters["sort"] = Sort;
        filters["dictsort"] = DictSort;
        filters["unique"] = Unique;
        filters["sum"] = Sum;
        filters["max"] = (e, value, a) => Extreme(e, value, a, 1);
        filters["min"] = (e, value, a) => Extreme(e, value, a, -1);
        filters["map"] = Map;
        filters["select"] = (e, value, a) => Select(e, value, a, byAttribute: false, wanted: true);
        filters["reject"] = (e, value, a) => Select(e, value, a, byAttribute: false, wanted: false);
        filters["selectattr"] = (e, value, a) => Select(e, value, a, byAttribute: true, wanted: true);
        filters["rejectattr"] = (e, value, a) => Select(e, value, a, byAttribute: true, wanted: false);
        filters["groupby"] = GroupBy;
        filters["batch"] = Batch;
        filters["slice"] = Slice;
    }

    // "a.b.0": members and elements of members.
    private static object? Path(Evaluator evaluator, object? value, object? path)
    {
        if (path is not string text)
        {
            return Members.Item(evaluator, value, path);
        }

        evaluator.Budget.ChargeValues(text.Length);
        foreach (var part in text.Split('.'))
        {
            evaluator.Budget.Step();
            value = Members.Item(evaluator, value, part.Length > 0 && part.All(char.IsAsciiDigit) ? BigInteger.Parse(part, CultureInfo.InvariantCulture) : part);
        }

        return value;
    }

    private static object? Lowered(object? value, bool ignoresCase) => ignoresCase && value is string text ? PythonCase.Lower(text) : value;

    // What items are compared by: themselves or some of their members.
    private static Func<object?, object?> Key(Evaluator evaluator, object? attribute, bool ignoresCase) => attribute switch
    {
        null => item => Lowered(item, ignoresCase),
        string text when text.Contains(',', StringComparison.Ordinal)
            => item => new PythonTuple(text.Split(',').Select(part => Lowered(Path(evaluator, item, part), ignoresCase)).ToList()),
        _ => item => Lowered(Path(evaluator, item, attribute), ignoresCase),
    };

    private static string Join(Evaluator evaluator, object? value, Arguments arguments)
    {
        var separator = PythonText.Show(arguments.Get(0, "d", ""));
        var attribute = arguments.Get(1, "attribute");
        var texts = evaluator.Iterate(value).Select(item => Shown(evaluator, attribute is null ? item : Path(evaluator, item, attribute))).ToList();
        evaluator.Budget.Charge(texts.Sum(text => (long)text.Length + separator.Length));
        return string.Join(separator, texts);
    }

    private static string Shown(Evaluator evaluator, object? item)
    {
        evaluator.Budget.Step();
        return PythonText.Show(item);
    }

    private static object Reverse(Evaluator evaluator, object? value, Arguments arguments)
        => value is string text ? string.Concat(Enumerable.Reverse(PythonText.Characters(text))) : new PythonSequence([.. evaluator.Iterate(value).Reverse()]);

    private static List<object?> Sort(Evaluator evaluator, object? value, Arguments arguments)
    {
        var reversed = arguments.Flag(0, "reverse", false);
        var key = Key(evaluator, arguments.Get(2, "attribute"), !arguments.Flag(1, "case_sensitive", false));
        return Sorted(evaluator, evaluator.Iterate(value), key, reversed);
    }

    private static List<object?> Sorted(Evaluator evaluator, IEnumerable<object?> items, Func<object?, object?> key, bool reversed)
    {
        var comparer = Comparer<object?>.Create((a, b) =>
        {
            evaluator.Budget.Step();
            return PythonCompare.Order("<", a, b);
        });
        var list = items as IReadOnlyList<object?> ?? [.. items];
        evaluator.Budget.ChargeValues(list.Count);
        try
        {
            return reversed ? [.. list.OrderByDescending(Counted, comparer)] : [.. list.OrderBy(Counted, comparer)];
        }
        catch (InvalidOperationException e) when (e.InnerException is ChatTemplateException inner)
        {
            throw inner;
        }

        object? Counted(object? item)
        {
            evaluator.Budget.Step();
            return key(item);
        }
    }

    private static List<object?> DictSort(Evaluator evaluator, object? value, Arguments arguments)
    {
        var dict = value as PythonDict ?? throw ((value as Undefined)?.Error() ?? arguments.Wrong($"needs a dictionary, not a {PythonText.TypeName(value)}"));
        var ignoresCase = !arguments.Flag(0, "case_sensitive", false);
        var place = arguments.Text(1, "by", "key") switch { "key" => 0, "value" => 1, _ => throw arguments.Wrong("can sort by key or value") };
        return Sorted(evaluator, Methods.Items(evaluator, dict), item => Lowered(((PythonTuple)item!).Items[place], ignoresCase), arguments.Flag(2, "reverse", false));
    }

    private static PythonSequence Unique(Evaluator evaluator, object? value, Arguments arguments)
    {
        var key = Key(evaluator, arguments.Get(1, "attribute"), !arguments.Flag(0, "case_sensitive", false));
        var seen = new PythonDict();
        var result = new List<object?>();
        foreach (var item in evaluator.Iterate(value))
        {
            evaluator.Budget.Step();
            if (!seen.TryGet(key(item), out _))
            {
                seen.Set(key(item), null);
                result.Add(item);
            }
        }

        return new PythonSequence(result);
    }

    private static object? Sum(Evaluator evaluator, object? value, Arguments arguments)
    {
        var attribute = arguments.Get(0, "attribute");
        var sum = arguments.Get(1, "start", BigInteger.Zero);
        foreach (var item in evaluator.Iterate(value))
        {
            evaluator.Budget.Step();
            sum = evaluator.Calculate("+", sum, attribute is null ? item : Path(evaluator, item, attribute));
        }

        return sum;
    }

    private static object? Extreme(Evaluator evaluator, object? value, Arguments arguments, int sign)
    {
        var key = Key(evaluator, arguments.Get(1, "attribute"), !arguments.Flag(0, "case_sensitive", false));
        var items = evaluator.Iterate(value);
        if (items.Count == 0)
        {
            return new Undefined("There is no largest or smallest item: the list is empty.");
        }

        var best = items[0];
        foreach (var item in items.Skip(1))
        {
            evaluator.Budget.Step();
            best = PythonCompare.Order("<", key(item), key(best)) * sign > 0 ? item : best;
        }

        return best;
    }

    private static PythonSequence Map(Evaluator evaluator, object? value, Arguments arguments)
    {
        var items = evaluator.Iterate(value);
        if (arguments.Positional.Count == 0 && arguments.TryGet(-1, "attribute", out var attribute))
        {
            var hasDefault = arguments.TryGet(-1, "default", out var otherwise);
            return new PythonSequence([.. items.Select(item => Path(evaluator, item, attribute)).Select(found => hasDefault && found is Undefined ? otherwise : found)]);
        }

        var name = arguments.Text(0, "filter", "");
        if (!Filters.Exists(name))
        {
            throw Filters.Missing(name, 0);
        }

        var rest = new Arguments(name, [.. arguments.Positional.Skip(1)], arguments.Named);
        return new PythonSequence([.. items.Select(item => Filters.Apply(evaluator, name, item, rest, 0))]);
    }

    private static PythonSequence Select(Evaluator evaluator, object? value, Arguments arguments, bool byAttribute, bool wanted)
    {
        var given = arguments.Positional;
        var attribute = byAttribute ? arguments.Require(0, "attribute") : null;
        given = byAttribute ? [.. given.Skip(1)] : given;
        var name = given.Count == 0 ? null : given[0] as string ?? throw arguments.Wrong("needs the name of a test");
        if (name is not null && !Tests.Exists(name))
        {
            throw Tests.Missing(name, 0);
        }

        var rest = new Arguments(name ?? "", [.. given.Skip(1)], arguments.Named);
        return new PythonSequence([.. evaluator.Iterate(value).Where(item => Holds(item) == wanted)]);

        bool Holds(object? item)
        {
            var subject = byAttribute ? Path(evaluator, item, attribute) : item;
            return name is null ? PythonCompare.Truth(subject) : Tests.Apply(evaluator, name, subject, rest, 0);
        }
    }

    private static List<object?> GroupBy(Evaluator evaluator, object? value, Arguments arguments)
    {
        var attribute = arguments.Require(0, "attribute");
        var hasDefault = arguments.TryGet(1, "default", out var otherwise);
        var ignoresCase = !arguments.Flag(2, "case_sensitive", false);
        var groups = new List<object?>();
        object? previous = null;
        foreach (var item in Sorted(evaluator, evaluator.Iterate(value), item => Lowered(Member(item), ignoresCase), reversed: false))
        {
            evaluator.Budget.Step();
            var key = Member(item);
            if (groups.Count > 0 && PythonCompare.AreEqual(Lowered(key, ignoresCase), previous))
            {
                ((Group)groups[^1]!).Members.Add(item);
            }
            else
            {
                groups.Add(new Group(key, [item]));
                previous = Lowered(key, ignoresCase);
            }
        }

        return groups;

        object? Member(object? item) => Path(evaluator, item, attribute) is var found && found is Undefined && hasDefault ? otherwise : found;
    }

    private static PythonSequence Batch(Evaluator evaluator, object? value, Arguments arguments)
    {
        var size = Math.Max(arguments.Integer(0, "linecount", 1), 1);
        var fill = arguments.Get(1, "fill_with");
        var items = evaluator.Iterate(value);
        evaluator.Budget.ChargeValues(4L * ((items.Count / size) + 1));
        evaluator.Budget.ChargeItems(2L * items.Count);
        var rows = items.Chunk(size).Select(row => row.ToList()).ToList();
        if (fill is not null && rows.Count > 0)
        {
            evaluator.Budget.ChargeItems(size);
            rows[^1].AddRange(Enumerable.Repeat(fill, size - rows[^1].Count));
        }

        return new PythonSequence([.. rows]);
    }

    private static PythonSequence Slice(Evaluator evaluator, object? value, Arguments arguments)
    {
        var items = evaluator.Iterate(value);
        var slices = arguments.Integer(0, "slices", 1);
        var fill = arguments.Get(1, "fill_with");
        if (slices <= 0)
        {
            throw arguments.Wrong("needs a number of slices above 0");
        }

        evaluator.Budget.ChargeValues(2L * slices);
        var (size, longer) = Math.DivRem(items.Count, slices);
        var result = new List<object?>();
        var at = 0;
        for (var i = 0; i < slices; i++)
        {
            var count = size + (i < longer ? 1 : 0);
            var slice = items.Skip(at).Take(count).ToList();
            at += count;
            if (fill is not null && i >= longer && longer > 0)
            {
                slice.Add(fill);
            }

            result.Add(slice);
        }

        return new PythonSequence(result);
    }
}
