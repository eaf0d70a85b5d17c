using System.Text.Json;

namespace LoraDiff.Safetensors;

/// <summary>What the framework's reader leaves open where a file of unknown origin is read: surrogates, whole numbers, out-of-range numbers in skipped parts.</summary>
internal static class StrictJson
{
    // serde_json, which most files meet first, refuses deeper nesting.
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 127 };

    public static string String(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A string has an escaped surrogate without its partner.", e);
        }
    }

    /// <summary>A number of decimal digits only: no sign, point or exponent.</summary>
    public static ulong Unsigned(ref Utf8JsonReader reader, string what)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan[0] != (byte)'-' && reader.TryGetUInt64(out var value))
        {
            return value;
        }

        throw new JsonException($"{what} holds {Describe(ref reader)} where an unsigned 64-bit integer belongs.");
    }

    /// <summary>Passes over one value of no interest, which must still be sound.</summary>
    public static void Skip(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        while (true)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped:
                    String(ref reader);
                    break;
                case JsonTokenType.Number when !double.IsFinite(reader.GetDouble()):
                    throw new JsonException("A number is out of range.");
            }

            if (reader.CurrentDepth == depth && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName))
            {
                return;
            }

            Advance(ref reader);
        }
    }

    public static void Advance(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonException("The text ends too early.");
        }
    }

    public static void ExpectEnd(ref Utf8JsonReader reader)
    {
        if (reader.Read())
        {
            throw new JsonException("More text follows the closing brace.");
        }
    }

    public static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.EndArray => "nothing",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => $"the number {System.Text.Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(40, reader.ValueSpan.Length)])}",
        JsonTokenType.Null => "null",
        JsonTokenType.True or JsonTokenType.False => "a truth value",
        _ => "something else",
    };
}
