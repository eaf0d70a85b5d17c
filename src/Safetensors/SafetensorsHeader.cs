using System.Text.Json;
using System.Text.Unicode;

namespace LoraDiff.Safetensors;

/// <summary>A parsed and validated header: the tensors in the order of their data.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header that the format allows.</summary>
    public const int MaxLength = 100_000_000;

    public const string MetadataKey = "__metadata__";

    private SafetensorsHeader(SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    public SafetensorsTensor[] Tensors { get; }

    public IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <summary>Applies the rules in the order of the reference reader, so that a file with several faults gets the same verdict.</summary>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="text">The header, without the 8-byte prefix.</param>
    /// <param name="dataLength">How many bytes of the file follow the header.</param>
    public static SafetensorsHeader Parse(string file, ReadOnlySpan<byte> text, long dataLength)
    {
        if (!Utf8.IsValid(text))
        {
            throw new SafetensorsException(SafetensorsRule.InvalidHeader, file, null, "the header is not UTF-8.");
        }

        var entries = new List<Entry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        string? duplicate = null;
        OrderedDictionary<string, string>? metadata = null;
        string? current = null;
        try
        {
            var reader = new Utf8JsonReader(text, StrictJson.Options);
            StrictJson.Advance(ref reader);
            Expect(ref reader, JsonTokenType.StartObject, "The header");
            var hasMetadata = false;
            while (NextName(ref reader, out var name))
            {
                if (name != MetadataKey)
                {
                    current = name;
                    entries.Add(ReadEntry(ref reader, name));
                    current = null;
                    duplicate ??= names.Add(name) ? null : name;
                }
                else if (hasMetadata)
                {
                    throw new JsonException($"{MetadataKey} is given twice.");
                }
                else
                {
                    hasMetadata = true;
                    metadata = ReadMetadata(ref reader, ref duplicate);
                }
            }

            StrictJson.ExpectEnd(ref reader);
        }
        catch (JsonException e)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidHeaderDeserialization, file, current, $"the header is not what the format describes: {e.Message}", e);
        }

        if (duplicate is not null)
        {
            var tensor = names.Contains(duplicate) ? duplicate : null;
            throw new SafetensorsException(SafetensorsRule.DuplicateName, file, tensor, $"{(tensor is null ? SafetensorsException.Printable(duplicate) : "the name")} is given twice in the header.");
        }

        return new SafetensorsHeader(Validate(file, entries, 8 + text.Length, dataLength), metadata);
    }

    private static SafetensorsTensor[] Validate(string file, List<Entry> entries, long dataStart, long dataLength)
    {
        // Stable, so that empty tensors that share an offset keep the header's order.
        var sorted = entries.OrderBy(e => e.Begin).ThenBy(e => e.End).ToArray();
        var tensors = new SafetensorsTensor[sorted.Length];
        ulong position = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var (name, dtype, shape, begin, end) = sorted[i];
            if (begin != position || end < begin)
            {
                throw new SafetensorsException(SafetensorsRule.InvalidOffset, file, name,
                    $"data_offsets are [{begin}, {end}]; the data before it end at {position}, so a range beginning there is expected, without hole or overlap.");
            }

            var bytes = ByteLength(file, name, dtype, shape);
            if (end - begin != bytes)
            {
                throw new SafetensorsException(SafetensorsRule.TensorInvalidInfo, file, name,
                    $"{dtype.Name()} of shape [{string.Join(", ", shape)}] takes {bytes} bytes, but data_offsets [{begin}, {end}] hold {end - begin}.");
            }

            position = end;
            // Offsets that do not fit are caught below, before anyone can see this tensor.
            tensors[i] = new SafetensorsTensor(file, name, dtype, shape, dataStart + unchecked((long)begin), unchecked((long)bytes));
        }

        if (position != (ulong)dataLength)
        {
            throw new SafetensorsException(SafetensorsRule.MetadataIncompleteBuffer, file, null,
                $"the header describes {position} bytes of data, but {dataLength} follow it. Is the file cut short, or still being written?");
        }

        return tensors;
    }

    /// <summary>The bytes that a tensor takes; factors are multiplied left to right, so that an overflow counts even before a zero.</summary>
    public static ulong ByteLength(string file, string name, SafetensorsDtype dtype, ReadOnlySpan<ulong> shape)
    {
        ulong bits = 1;
        try
        {
            foreach (var size in shape)
            {
                bits = checked(bits * size);
            }

            bits = checked(bits * (ulong)dtype.Bits());
        }
        catch (OverflowException e)
        {
            throw new SafetensorsException(SafetensorsRule.ValidationOverflow, file, name,
                $"the size of {dtype.Name()} of shape [{string.Join(", ", shape.ToArray())}] in bits does not fit 64 bits.", e);
        }

        return bits % 8 == 0
            ? bits / 8
            : throw new SafetensorsException(SafetensorsRule.MisalignedSlice, file, name,
                $"{dtype.Name()} of shape [{string.Join(", ", shape.ToArray())}] takes {bits} bits, which do not fill whole bytes.");
    }

    private static Entry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject, "The entry");
        SafetensorsDtype? dtype = null;
        ulong[]? shape = null;
        ulong[]? offsets = null;
        while (NextName(ref reader, out var member))
        {
            switch (member)
            {
                case "dtype":
                    Once(dtype is null, member);
                    Expect(ref reader, JsonTokenType.String, member);
                    var text = StrictJson.String(ref reader);
                    dtype = SafetensorsDtypes.TryParse(text, out var parsed)
                        ? parsed
                        : throw new JsonException($"dtype '{SafetensorsException.Printable(text)}' is none of {string.Join(", ", SafetensorsDtypes.AllNames)}.");
                    break;
                case "shape":
                    Once(shape is null, member);
                    shape = ReadNumbers(ref reader, member);
                    break;
                case "data_offsets":
                    Once(offsets is null, member);
                    offsets = ReadNumbers(ref reader, member);
                    break;
                default:
                    StrictJson.Skip(ref reader);
                    break;
            }
        }

        if (offsets is { Length: not 2 })
        {
            throw new JsonException($"data_offsets holds {offsets.Length} numbers instead of two.");
        }

        return new Entry(name, dtype ?? throw Missing("dtype"), shape ?? throw Missing("shape"), (offsets ?? throw Missing("data_offsets"))[0], offsets[1]);
    }

    private static OrderedDictionary<string, string>? ReadMetadata(ref Utf8JsonReader reader, ref string? duplicate)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(ref reader, JsonTokenType.StartObject, MetadataKey);
        var metadata = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        while (NextName(ref reader, out var key))
        {
            Expect(ref reader, JsonTokenType.String, $"{MetadataKey} value of '{SafetensorsException.Printable(key)}'");
            if (!metadata.TryAdd(key, StrictJson.String(ref reader)))
            {
                duplicate ??= $"{MetadataKey}.{key}";
            }
        }

        return metadata;
    }

    private static ulong[] ReadNumbers(ref Utf8JsonReader reader, string what)
    {
        Expect(ref reader, JsonTokenType.StartArray, what);
        var numbers = new List<ulong>(4);
        while (true)
        {
            StrictJson.Advance(ref reader);
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return [.. numbers];
            }

            numbers.Add(StrictJson.Unsigned(ref reader, what));
        }
    }

    /// <summary>Moves to the next member's value; false at the end of the object.</summary>
    private static bool NextName(ref Utf8JsonReader reader, out string name)
    {
        StrictJson.Advance(ref reader);
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = "";
            return false;
        }

        name = StrictJson.String(ref reader);
        StrictJson.Advance(ref reader);
        return true;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
        {
            throw new JsonException($"{what} is {StrictJson.Describe(ref reader)} instead of {(type == JsonTokenType.StartObject ? "an object" : type == JsonTokenType.StartArray ? "an array" : "a string")}.");
        }
    }

    private static void Once(bool first, string member)
    {
        if (!first)
        {
            throw new JsonException($"{member} is given twice.");
        }
    }

    private static JsonException Missing(string member) => new($"{member} is missing.");

    private readonly record struct Entry(string Name, SafetensorsDtype Dtype, ulong[] Shape, ulong Begin, ulong End);
}
