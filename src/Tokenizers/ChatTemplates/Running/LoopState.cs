using System.Numerics;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class LoopState(IReadOnlyList<object?> items, int depth, Func<object?, string>? recurse)
{
    private List<object?>? _last;

    /// <summary>Which item it is at, from 0.</summary>
    public int Index { get; set; }

    /// <summary>Renders the loop's body over other items; null of a loop that is not recursive.</summary>
    public Func<object?, string>? Recurse => recurse;

    /// <summary>A member of <c>loop</c>; false where it has none of that name.</summary>
    public bool TryGet(string name, out object? value)
    {
        value = name switch
        {
            "index" => (BigInteger)(Index + 1),
            "index0" => (BigInteger)Index,
            "revindex" => (BigInteger)(items.Count - Index),
            "revindex0" => (BigInteger)(items.Count - Index - 1),
            "first" => Index == 0,
            "last" => Index == items.Count - 1,
            "length" => (BigInteger)items.Count,
            "depth" => (BigInteger)(depth + 1),
            "depth0" => (BigInteger)depth,
            "previtem" => Index > 0 ? items[Index - 1] : Undefined.Variable("loop.previtem"),
            "nextitem" => Index + 1 < items.Count ? items[Index + 1] : Undefined.Variable("loop.nextitem"),
            "changed" => new Callable("loop.changed", arguments => Changed(arguments)),
            "cycle" => new Callable("loop.cycle", Cycle),
            _ => this,
        };
        return value != this;
    }

    private bool Changed(Arguments arguments)
    {
        var now = arguments.Positional.ToList();
        var changed = _last is null || !PythonCompare.AreEqual(_last, now);
        _last = now;
        return changed;
    }

    private object? Cycle(Arguments arguments)
        => arguments.Positional.Count > 0 ? arguments.Positional[Index % arguments.Positional.Count] : throw arguments.Wrong("needs something to choose from");
}
