using System.Numerics;
using System.Runtime.CompilerServices;
using LoraDiff.Tokenizers.ChatTemplates.Running;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Python's equality, order and truth.</summary>
internal static class PythonCompare
{
    public static bool Truth(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        BigInteger number => !number.IsZero,
        double number => number != 0,
        string text => text.Length > 0,
        List<object?> list => list.Count > 0,
        PythonTuple tuple => tuple.Items.Count > 0,
        PythonDict dict => dict.Count > 0,
        PythonRange range => !range.Length.IsZero,
        PythonSequence { View: not null } view => view.Items.Count > 0,
        _ => true,
    };

    public static bool AreEqual(object? left, object? right)
    {
        Walk();
        switch (left, right)
        {
            case (null, null):
            case (Undefined, Undefined):
                return true;
            case (string a, string b):
                Budget.Current?.Work(a.Length == b.Length ? a.Length : 0);
                return string.Equals(a, b, StringComparison.Ordinal);
            case (List<object?> a, List<object?> b):
                return AreEqual(a, b);
            case (PythonTuple a, PythonTuple b):
                return AreEqual(a.Items, b.Items);
            case (PythonDict a, PythonDict b):
                return a.Count == b.Count && a.Items.All(item => b.TryGet(item.Key, out var other) && AreEqual(item.Value, other));
            case (PythonRange a, PythonRange b):
                return a.Items.SequenceEqual(b.Items);
        }

        if (PythonNumber.TryInteger(left, out var i) && PythonNumber.TryInteger(right, out var j))
        {
            return i == j;
        }

        return PythonNumber.TryReal(left, out var x) && PythonNumber.TryReal(right, out var y) ? x == y : ReferenceEquals(left, right);
    }

    /// <summary>Python's order; values without one are an error.</summary>
    public static int Order(string op, object? left, object? right)
    {
        Walk();
        if (PythonNumber.TryInteger(left, out var i) && PythonNumber.TryInteger(right, out var j))
        {
            return i.CompareTo(j);
        }

        if (PythonNumber.TryReal(left, out var x) && PythonNumber.TryReal(right, out var y))
        {
            return x.CompareTo(y);
        }

        return (left, right) switch
        {
            (string a, string b) => OrderTexts(a, b),
            (List<object?> a, List<object?> b) => Order(op, a, b),
            (PythonTuple a, PythonTuple b) => Order(op, a.Items, b.Items),
            _ => throw PythonNumber.Unfit(op, left, right),
        };
    }

    /// <summary>Fails before the thread's stack is full.</summary>
    public static void Guard()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ChatTemplateException(ChatTemplateError.Depth, "The chat template has values that nest too deeply.");
        }
    }

    /// <summary>Counts a step of walking through values that nest: those that share parts can be far larger than what they take.</summary>
    public static void Walk()
    {
        Guard();
        Budget.Current?.Step();
    }

    private static bool AreEqual(IReadOnlyList<object?> a, IReadOnlyList<object?> b)
    {
        if (a.Count != b.Count)
        {
            return false;
        }

        for (var i = 0; i < a.Count; i++)
        {
            if (!AreEqual(a[i], b[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int Order(string op, IReadOnlyList<object?> a, IReadOnlyList<object?> b)
    {
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            if (!AreEqual(a[i], b[i]))
            {
                return Order(op, a[i], b[i]);
            }
        }

        return a.Count.CompareTo(b.Count);
    }

    // By code points: surrogates stand above all other units.
    private static int OrderTexts(string a, string b)
    {
        Budget.Current?.Work(Math.Min(a.Length, b.Length));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i] != b[i])
            {
                return char.IsSurrogate(a[i]) == char.IsSurrogate(b[i]) ? a[i].CompareTo(b[i]) : char.IsSurrogate(a[i]) ? 1 : -1;
            }
        }

        return a.Length.CompareTo(b.Length);
    }
}
