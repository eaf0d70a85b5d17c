using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace LoraDiff.Tokenizers.Unicode;

/// <summary>Decompositions, combining classes and long case mappings, independent of ICU and of the globalization mode.</summary>
internal sealed class UnicodeTables
{
    /// <summary>Not safe to keep as it is in NFC: decomposes for good, may compose with what stands before it, or is a combining mark.</summary>
    public const byte UnsafeComposed = 1;

    /// <summary>Not safe to keep as it is in NFD.</summary>
    public const byte UnsafeDecomposed = 2;

    /// <summary>Is a combining mark and nothing worse: safe where its class is not below that of the mark before it.</summary>
    public const byte Mark = 8;

    /// <summary>Has a compatibility decomposition somewhere below it.</summary>
    public const byte Compatibility = 4;

    private static readonly Lazy<UnicodeTables> Shared = new(Load);

    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<int, byte> _combiningClass = [];
    private readonly Dictionary<(int First, int Second), int> _pairs = [];
    private readonly Dictionary<(char Kind, int CodePoint), string> _longCase = [];
    private readonly byte[] _flags = new byte[0x10000];
    private readonly Dictionary<int, byte> _astralFlags = [];

    private UnicodeTables()
    {
    }

    public static UnicodeTables Instance => Shared.Value;

    /// <summary>The canonical combining class; 0 for a starter.</summary>
    public byte CombiningClass(int codePoint) => _combiningClass.GetValueOrDefault(codePoint);

    /// <summary>What must be watched when normalizing this character.</summary>
    public byte Flags(int codePoint) => codePoint < 0x10000 ? _flags[codePoint] : _astralFlags.GetValueOrDefault(codePoint);

    /// <summary>The direct decomposition, or null.</summary>
    public int[]? Decomposition(int codePoint, bool compatibility)
        => _canonical.TryGetValue(codePoint, out var parts) || (compatibility && _compatible.TryGetValue(codePoint, out parts)) ? parts : null;

    /// <summary>The primary composite of two characters, or −1.</summary>
    public int Compose(int first, int second) => _pairs.TryGetValue((first, second), out var composed) ? composed : -1;

    /// <summary>A case mapping of more than one character: kind 'U', 'L' or 'T'; null where the simple mapping holds.</summary>
    public string? LongCase(char kind, int codePoint) => _longCase.GetValueOrDefault((kind, codePoint));

    private static UnicodeTables Load()
    {
        var tables = new UnicodeTables();
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("LoraDiff.Tokenizers.normalization.txt")!;
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var excluded = new HashSet<int>();
        while (reader.ReadLine() is { } line)
        {
            if (line[0] != '#')
            {
                tables.Add(line.Split(' '), excluded);
            }
        }

        tables.Finish(excluded.ToFrozenSet());
        return tables;
    }

    private void Add(string[] fields, HashSet<int> excluded)
    {
        var codes = new int[fields.Length - 1];
        for (var i = 1; i < fields.Length; i++)
        {
            codes[i - 1] = int.Parse(fields[i], fields[0] == "Z" && i == 1 ? NumberStyles.Integer : NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        switch (fields[0][0])
        {
            case 'D':
                _canonical[codes[0]] = codes[1..];
                break;
            case 'K':
                _compatible[codes[0]] = codes[1..];
                break;
            case 'X':
                excluded.Add(codes[0]);
                break;
            case 'Z':
                for (var cp = codes[1]; cp <= codes[2]; cp++)
                {
                    _combiningClass[cp] = (byte)codes[0];
                }

                break;
            default:
                _longCase[(fields[0][0], codes[0])] = string.Concat(codes[1..].Select(char.ConvertFromUtf32));
                break;
        }
    }

    private void Finish(FrozenSet<int> excluded)
    {
        foreach (var (cp, parts) in _canonical)
        {
            Flag(cp, UnsafeDecomposed);
            if (excluded.Contains(cp))
            {
                Flag(cp, UnsafeComposed);
            }
            else
            {
                _pairs[(parts[0], parts[1])] = cp;
                Flag(parts[1], UnsafeComposed);
            }
        }

        foreach (var cp in _compatible.Keys)
        {
            Flag(cp, Compatibility);
        }

        foreach (var cp in _canonical.Keys)
        {
            if (HasCompatibilityPart(cp))
            {
                Flag(cp, Compatibility);
            }
        }

        foreach (var cp in _combiningClass.Keys)
        {
            Flag(cp, Mark);
        }

        for (var cp = Hangul.VowelBase; cp < Hangul.VowelBase + Hangul.VowelCount; cp++)
        {
            Flag(cp, UnsafeComposed);
        }

        for (var cp = Hangul.TailBase + 1; cp < Hangul.TailBase + Hangul.TailCount; cp++)
        {
            Flag(cp, UnsafeComposed);
        }

        for (var cp = Hangul.SyllableBase; cp < Hangul.SyllableBase + Hangul.SyllableCount; cp++)
        {
            Flag(cp, UnsafeDecomposed);
        }
    }

    private bool HasCompatibilityPart(int codePoint)
        => _compatible.ContainsKey(codePoint) || (_canonical.TryGetValue(codePoint, out var parts) && parts.Any(HasCompatibilityPart));

    private void Flag(int codePoint, int flag)
    {
        if (codePoint < 0x10000)
        {
            _flags[codePoint] |= (byte)flag;
        }
        else
        {
            _astralFlags[codePoint] = (byte)(_astralFlags.GetValueOrDefault(codePoint) | flag);
        }
    }
}
