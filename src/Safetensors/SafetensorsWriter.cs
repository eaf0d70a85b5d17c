using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LoraDiff.Safetensors;

/// <summary>
/// Writes safetensors files byte for byte as the reference writer does: widest dtype first, then by name, compact JSON, header padded with spaces to
/// 8 bytes. A file appears under its name only when it is complete and on the disk.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary><c>{"format":"pt"}</c>, without which many readers refuse a file.</summary>
    public static IReadOnlyDictionary<string, string> DefaultMetadata { get; } = new Dictionary<string, string> { ["format"] = "pt" }.AsReadOnly();

    /// <summary>Writes one file. Memory use does not grow with the tensors: each source writes its bytes when their turn comes.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="tensors">The tensors, in any order.</param>
    /// <param name="metadata">Text values for the header in the given order; null for <see cref="DefaultMetadata"/>, empty for none.</param>
    /// <param name="cancellationToken">Stops between tensors; nothing is left behind.</param>
    /// <exception cref="SafetensorsException">A name occurs twice, the header is too long, or a source writes another number of bytes than it declared.</exception>
    public static void Write(
        string path, IEnumerable<TensorSource> tensors, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = Sort(path, tensors);
        var header = Header(path, sorted, metadata ?? DefaultMetadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach (var (source, length) in sorted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var counted = new MeasuredStream(stream, path, source.Name, length);
                source.Write(counted);
                counted.ExpectComplete();
            }
        });
    }

    /// <summary>The number of data bytes that a tensor takes in a file.</summary>
    /// <exception cref="SafetensorsException">The shape is not possible for the dtype.</exception>
    public static long ByteLength(TensorSource tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return ByteLength("(unsaved)", tensor);
    }

    internal static long ByteLength(string path, TensorSource tensor)
    {
        foreach (var size in tensor.Shape)
        {
            if (size < 0)
            {
                throw new SafetensorsException(SafetensorsRule.InvalidTensorView, path, tensor.Name, $"the shape [{string.Join(", ", tensor.Shape)}] has a negative size.");
            }
        }

        var bytes = SafetensorsHeader.ByteLength(path, tensor.Name, tensor.Dtype, tensor.Shape.Select(s => (ulong)s).ToArray());
        return (long)bytes; // at most 2^61: it was computed in bits
    }

    private static List<(TensorSource Source, long Length)> Sort(string path, IEnumerable<TensorSource> tensors)
    {
        var keyed = tensors.Select(t => (Source: t, Key: Utf8Name(path, t.Name), Length: ByteLength(path, t))).ToList();
        // The reference sorts names by their UTF-8 bytes, which differs from UTF-16 order beyond the basic plane.
        keyed.Sort((a, b) => b.Source.Dtype != a.Source.Dtype ? b.Source.Dtype.CompareTo(a.Source.Dtype) : a.Key.AsSpan().SequenceCompareTo(b.Key));
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataKey };
        foreach (var (source, _, _) in keyed)
        {
            if (!names.Add(source.Name))
            {
                throw new SafetensorsException(SafetensorsRule.DuplicateName, path, source.Name,
                    source.Name == SafetensorsHeader.MetadataKey ? "the name is reserved for the file's metadata." : "two tensors of this name were to be written.");
            }
        }

        return keyed.ConvertAll(k => (k.Source, k.Length));
    }

    private static byte[] Utf8Name(string path, string name)
    {
        try
        {
            return Strict.GetBytes(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidHeader, path, name, "the name has a surrogate without its partner, which UTF-8 cannot hold.", e);
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static byte[] Header(string path, List<(TensorSource Source, long Length)> sorted, IReadOnlyDictionary<string, string> metadata)
    {
        var json = new StringBuilder("{");
        if (metadata.Count > 0)
        {
            json.Append('"').Append(SafetensorsHeader.MetadataKey).Append("\":{");
            foreach (var (key, value) in metadata)
            {
                AppendString(json, key).Append(':');
                AppendString(json, value).Append(',');
            }

            json.Length--;
            json.Append("},");
        }

        long position = 0;
        foreach (var (source, length) in sorted)
        {
            AppendString(json, source.Name).Append(":{\"dtype\":\"").Append(source.Dtype.Name()).Append("\",\"shape\":[")
                .AppendJoin(',', source.Shape).Append("],\"data_offsets\":[")
                .Append(CultureInfo.InvariantCulture, $"{position},{position + length}]}},");
            position += length;
        }

        if (json[^1] == ',')
        {
            json.Length--;
        }

        json.Append('}');
        byte[] text;
        try
        {
            text = Strict.GetBytes(json.ToString());
        }
        catch (EncoderFallbackException e)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidHeader, path, null, "the metadata have a surrogate without its partner, which UTF-8 cannot hold.", e);
        }

        var padded = (text.Length + 7) & ~7;
        if (padded > SafetensorsHeader.MaxLength)
        {
            throw new SafetensorsException(SafetensorsRule.HeaderTooLarge, path, null, $"the header would have {padded} bytes; at most {SafetensorsHeader.MaxLength} are allowed.");
        }

        var written = text.Length;
        Array.Resize(ref text, padded);
        text.AsSpan(written).Fill((byte)' ');
        return text;
    }

    /// <summary>Escapes what JSON demands and nothing more, as the reference does.</summary>
    internal static StringBuilder AppendString(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        return json.Append('"');
    }
}
