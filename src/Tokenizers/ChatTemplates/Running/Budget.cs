using System.Numerics;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>
/// What one rendering may use, so that no template can hang or fill the memory. Memory is what the thread really allocates, looked at at every step, and before anything large is made.
/// </summary>
internal sealed class Budget
{
    /// <summary>Bytes that a rendering may allocate, beside <see cref="BytesForEachOfTheInput"/>. As many renderings may run at once as there are cores.</summary>
    public const long MaximumBytes = 128L << 20;

    /// <summary>Bytes more for each byte of the variables: long conversations are copied several times on their way to the text.</summary>
    public const int BytesForEachOfTheInput = 32;

    private const long MaximumSteps = 20_000_000;
    private const long MaximumLength = 1L << 29;
    private const int MaximumDepth = 200;
    private const int CharactersOfAStep = 64;

    // A value with its header and its place in a list or dictionary.
    private const int ValueBytes = 64;

    [ThreadStatic]
    private static Budget? s_current;

    private readonly long _steps;
    private readonly long _bytes;
    private readonly long _before = GC.GetAllocatedBytesForCurrentThread();
    private long _used;
    private int _depth;

    /// <param name="inputs">The variables.</param>
    public Budget(PythonDict inputs)
    {
        var size = SizeOf(inputs);
        (_steps, _bytes) = (MaximumSteps + size, MaximumBytes + (BytesForEachOfTheInput * size));
    }

    /// <summary>That of the rendering that this thread is at, for comparing, showing and hashing values; null outside of one.</summary>
    public static Budget? Current => s_current;

    /// <summary>Makes this the thread's <see cref="Current"/>.</summary>
    /// <returns>The one before, to be restored.</returns>
    public static Budget? Use(Budget? budget)
    {
        var before = s_current;
        s_current = budget;
        return before;
    }

    /// <summary>Counts a step, and looks at what was allocated.</summary>
    public void Step() => Work(CharactersOfAStep);

    /// <summary>Counts the steps of walking over so many characters or elements.</summary>
    public void Work(long length)
    {
        _used += (length + CharactersOfAStep - 1) / CharactersOfAStep;
        if (_used > _steps)
        {
            throw new ChatTemplateException(ChatTemplateError.Limit, $"The chat template takes more than {_steps:N0} steps.");
        }

        Reserve(0);
    }

    /// <summary>Asks for bytes that are about to be allocated.</summary>
    public void Reserve(long bytes)
    {
        if (bytes < 0 || GC.GetAllocatedBytesForCurrentThread() - _before + bytes > _bytes)
        {
            throw new ChatTemplateException(ChatTemplateError.Limit, $"The chat template needs more than {_bytes >> 20} MiB of memory.");
        }
    }

    /// <summary>Asks for text of so many characters.</summary>
    public void Charge(long characters) => Reserve(characters > MaximumLength ? -1 : characters * sizeof(char));

    /// <summary>Asks for elements of lists that are about to be copied.</summary>
    public void ChargeItems(long count) => Reserve(count > MaximumLength ? -1 : count * 2 * IntPtr.Size);

    /// <summary>Asks for values that are about to be made.</summary>
    public void ChargeValues(long count) => Reserve(count > MaximumLength ? -1 : count * ValueBytes);

    /// <summary>Counts text that was made.</summary>
    public string Charge(string text)
    {
        Work(text.Length);
        return text;
    }

    /// <summary>Goes one call deeper.</summary>
    public void Enter()
    {
        PythonCompare.Guard();
        if (++_depth > MaximumDepth)
        {
            throw new ChatTemplateException(ChatTemplateError.Depth, $"The chat template's macros call each other more than {MaximumDepth} deep.");
        }
    }

    public void Leave() => _depth--;

    private static long SizeOf(object? value)
    {
        PythonCompare.Guard();
        return ValueBytes + value switch
        {
            string text => (long)sizeof(char) * text.Length,
            List<object?> list => list.Sum(SizeOf),
            PythonTuple tuple => tuple.Items.Sum(SizeOf),
            PythonDict dict => dict.Items.Sum(item => SizeOf(item.Key) + SizeOf(item.Value)),
            BigInteger number => number.GetByteCount(),
            _ => 0L,
        };
    }
}
