using System.Numerics;
using LoraDiff.Tokenizers.ChatTemplates.Library;
using LoraDiff.Tokenizers.ChatTemplates.Values;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>Attributes, elements and slices of values, as Jinja's sandbox gives them.</summary>
internal static class Members
{
    /// <summary><c>value.name</c>: a member before an element.</summary>
    public static object? Attribute(Evaluator evaluator, object? value, string name)
    {
        if (value is Undefined undefined)
        {
            throw undefined.Error();
        }

        if (TryAttribute(evaluator, value, name, out var found) || (value is PythonDict dict && dict.TryGet(name, out found)))
        {
            return found;
        }

        return Undefined.Member(value, name);
    }

    /// <summary><c>value[key]</c>: an element before a member.</summary>
    public static object? Item(Evaluator evaluator, object? value, object? key)
    {
        if (value is Undefined undefined)
        {
            throw undefined.Error();
        }

        if (TryItem(value, key, out var found) || (key is string name && TryAttribute(evaluator, value, name, out found)))
        {
            return found;
        }

        return Undefined.Member(value, key);
    }

    /// <summary><c>value[start:stop:step]</c></summary>
    public static object? Slice(Evaluator evaluator, object? value, object? start, object? stop, object? step)
    {
        switch (value)
        {
            case Undefined undefined:
                throw undefined.Error();
            case string text:
                if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
                {
                    evaluator.Budget.Work(text.Length);
                    evaluator.Budget.Charge(text.Length);
                    return string.Create(Indices(text.Length, start, stop, step).Count(), (text, start, stop, step), static (into, from) =>
                    {
                        var at = 0;
                        foreach (var i in Indices(from.text.Length, from.start, from.stop, from.step))
                        {
                            into[at++] = from.text[i];
                        }
                    });
                }

                var characters = PythonText.Characters(text);
                return evaluator.Budget.Charge(string.Concat(Indices(characters.Count, start, stop, step).Select(i => characters[i])));
            case List<object?> list:
                evaluator.Budget.ChargeItems(list.Count);
                return Indices(list.Count, start, stop, step).Select(i => list[i]).ToList();
            case PythonTuple tuple:
                evaluator.Budget.ChargeItems(tuple.Items.Count);
                return new PythonTuple(Indices(tuple.Items.Count, start, stop, step).Select(i => tuple.Items[i]).ToList());
            case PythonRange range:
                evaluator.Budget.ChargeValues((long)range.Length);
                var items = range.Items.ToList();
                return Indices(items.Count, start, stop, step).Select(i => items[i]).ToList();
            default:
                return Undefined.Member(value, "slice");
        }
    }

    private static bool TryAttribute(Evaluator evaluator, object? value, string name, out object? found)
    {
        found = null;
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            found = Undefined.Unsafe(value, name);
            return true;
        }

        switch (value)
        {
            case Namespace space:
                return space.Members.TryGetValue(name, out found);
            case LoopState loop:
                return loop.TryGet(name, out found);
            case Macro macro:
                return TryMacroMember(macro, name, out found);
            case Group group when name is "grouper" or "list":
                found = name == "list" ? group.Members : group.Key;
                return true;
            case Stateful stateful:
                return stateful.Members.TryGetValue(name, out found);
        }

        found = Methods.Find(evaluator, value, name);
        return found is not null;
    }

    private static bool TryMacroMember(Macro macro, string name, out object? found)
    {
        found = name switch
        {
            "name" => macro.Body.Name,
            "arguments" => new PythonTuple([.. macro.Body.Parameters.Select(parameter => parameter.Name)]),
            "catch_kwargs" => macro.Body.TakesNamed,
            "catch_varargs" => macro.Body.TakesMore,
            "caller" => macro.Body.TakesCaller,
            _ => null,
        };
        return found is not null;
    }

    private static bool TryItem(object? value, object? key, out object? found)
    {
        found = null;
        if (value is PythonDict dict)
        {
            return dict.TryGet(key, out found);
        }

        if (!PythonNumber.TryInteger(key, out var index))
        {
            return false;
        }

        switch (value)
        {
            case string text:
                return TryCharacter(text, index, out found);
            case List<object?> list when TryPlace(index, list.Count, out var at):
                found = list[at];
                return true;
            case PythonTuple tuple when TryPlace(index, tuple.Items.Count, out var at):
                found = tuple.Items[at];
                return true;
            case Group group when TryPlace(index, 2, out var at):
                found = at == 0 ? group.Key : group.Members;
                return true;
            case PythonRange range when (index < 0 ? index + range.Length : index) is var place && place >= 0 && place < range.Length:
                found = range.Start + (place * range.Step);
                return true;
            default:
                return false;
        }
    }

    private static bool TryCharacter(string text, BigInteger index, out object? found)
    {
        found = null;
        if (!TryPlace(index, PythonText.Length(text), out var at))
        {
            return false;
        }

        var i = 0;
        int length;
        for (; at > 0; at--)
        {
            _ = CharClass.At(text, i, out length);
            i += length;
        }

        _ = CharClass.At(text, i, out length);
        found = text.Substring(i, length);
        return true;
    }

    private static bool TryPlace(BigInteger index, int count, out int at)
    {
        index += index < 0 ? count : 0;
        var inside = index >= 0 && index < count;
        at = inside ? (int)index : -1;
        return inside;
    }

    private static IEnumerable<int> Indices(int count, object? start, object? stop, object? step)
    {
        var by = Bound(step) ?? 1;
        if (by == 0)
        {
            throw new ChatTemplateException(ChatTemplateError.Type, "A slice's step cannot be zero.");
        }

        var from = Clamp(Bound(start), count, by, by > 0 ? 0 : count - 1);
        var to = Clamp(Bound(stop), count, by, by > 0 ? count : -1);
        return Walk(from, to, by);
    }

    private static IEnumerable<int> Walk(long from, long to, long by)
    {
        for (var i = from; by > 0 ? i < to : i > to; i += by)
        {
            yield return (int)i;
        }
    }

    private static long? Bound(object? value) => value switch
    {
        null => null,
        Undefined undefined => throw undefined.Error(),
        _ when PythonNumber.TryInteger(value, out var number) => (long)BigInteger.Min(BigInteger.Max(number, -int.MaxValue), int.MaxValue),
        _ => throw new ChatTemplateException(ChatTemplateError.Type, $"A slice's bounds must be whole numbers, not a {PythonText.TypeName(value)}."),
    };

    private static long Clamp(long? bound, int count, long step, long otherwise)
    {
        if (bound is not { } value)
        {
            return otherwise;
        }

        value += value < 0 ? count : 0;
        return step > 0 ? Math.Clamp(value, 0, count) : Math.Clamp(value, -1, count - 1);
    }
}
