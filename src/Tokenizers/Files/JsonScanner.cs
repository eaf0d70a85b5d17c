using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace LoraDiff.Tokenizers.Files;

/// <summary>
/// Reads JSON where a general reader would be the slow part: objects and arrays of hundreds of thousands of short strings. Small values are handed to
/// System.Text.Json.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Where the scanner stands.</summary>
    public int Position { get; set; }

    /// <summary>The length of all the JSON, in bytes.</summary>
    public readonly int Length => _json.Length;

    /// <summary>Whether only white space is left.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return Position >= _json.Length;
        }
    }

    /// <summary>The next byte that is no white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Peek()
    {
        SkipSpace();
        return Position < _json.Length ? _json[Position] : throw Error("the file ends too early");
    }

    /// <summary>Takes a sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(char sign)
    {
        if (Peek() != sign)
        {
            throw Error($"expected '{sign}'");
        }

        Position++;
    }

    /// <summary>After a value of an object or array: whether another follows; the closing bracket is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Another(char close)
    {
        var next = Peek();
        Position++;
        return next == ',' || (next == close ? false : throw Error($"expected ',' or '{close}'"));
    }

    /// <summary>After an opening bracket: whether the object or array is empty; then its end is taken.</summary>
    public bool TryClose(char close)
    {
        if (Peek() != close)
        {
            return false;
        }

        Position++;
        return true;
    }

    /// <summary>Takes a string: the text between its quotes, as it stands in the file.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<byte> ReadString(out bool escaped)
    {
        Expect('"');
        escaped = false;
        var start = Position;
        var rest = _json[start..];
        for (var at = 0; ;)
        {
            // Most strings are a few bytes long, and each of another length: one comparison of them all is quicker than a loop whose end no processor foresees.
            at = at + Vector256<byte>.Count <= rest.Length ? at + FirstSign(ref Unsafe.Add(ref MemoryMarshal.GetReference(rest), at)) : at;
            while (at < rest.Length && rest[at] is not ((byte)'"' or (byte)'\\') && rest[at] >= 0x20)
            {
                at++;
            }

            if (at >= rest.Length || rest[at] < 0x20)
            {
                throw Error("a string is not closed");
            }

            if (rest[at] == '"')
            {
                Position = start + at + 1;
                return rest[..at];
            }

            escaped = true;
            at += 2;
        }
    }

    /// <summary>What a string that has escapes stands for; returns its length.</summary>
    public readonly int Unescape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        // The quotes around the text lie in the file just before and after it.
        var quoted = _json.Slice(Position - text.Length - 2, text.Length + 2);
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.CopyString(target);
    }

    /// <summary>Takes a whole number from 0 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int ReadIndex()
    {
        SkipSpace();
        var start = Position;
        var value = 0L;
        while (Position < _json.Length && _json[Position] is >= (byte)'0' and <= (byte)'9' && Position - start < 10)
        {
            value = (value * 10) + _json[Position++] - '0';
        }

        return Position > start && value <= int.MaxValue ? (int)value : throw Error("expected a whole number from 0 on");
    }

    /// <summary>Takes a value of any kind.</summary>
    public JsonElement ReadValue()
    {
        SkipSpace();
        var reader = new Utf8JsonReader(_json[Position..]);
        var value = JsonElement.ParseValue(ref reader);
        Position += (int)reader.BytesConsumed;
        return value;
    }

    /// <summary>Passes over a value of any kind.</summary>
    public void Skip()
    {
        SkipSpace();
        var reader = new Utf8JsonReader(_json[Position..]);
        reader.Read();
        reader.Skip();
        Position += (int)reader.BytesConsumed;
    }

    public readonly JsonException Error(string what) => new($"{what} at byte {Position}");

    // Where, in the next 32 bytes, a string may end: at a quote, a backslash or a control character; 32 where at none of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstSign(ref byte from)
    {
        var bytes = Vector256.LoadUnsafe(ref from);
        var signs = Vector256.Equals(bytes, Vector256.Create((byte)'"')) | Vector256.Equals(bytes, Vector256.Create((byte)'\\')) | Vector256.LessThan(bytes, Vector256.Create((byte)0x20));
        return BitOperations.TrailingZeroCount(signs.ExtractMostSignificantBits());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        if (Position < _json.Length && _json[Position] <= (byte)' ')
        {
            SkipSpaces();
        }
    }

    // The indentation of a file that is written for people is half of it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SkipSpaces()
    {
        var at = Position;
        while (at + Vector256<byte>.Count <= _json.Length)
        {
            var bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(_json), (nuint)at);
            var spaces = Vector256.Equals(bytes, Vector256.Create((byte)' ')) | Vector256.Equals(bytes, Vector256.Create((byte)'\n'))
                | Vector256.Equals(bytes, Vector256.Create((byte)'\r')) | Vector256.Equals(bytes, Vector256.Create((byte)'\t'));
            var run = BitOperations.TrailingZeroCount(~spaces.ExtractMostSignificantBits());
            at += run;
            if (run < Vector256<byte>.Count)
            {
                Position = at;
                return;
            }
        }

        while (at < _json.Length && _json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        Position = at;
    }
}
