using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text;
using LoraDiff.Tokenizers.Models;

namespace LoraDiff.Tokenizers.Files;

/// <summary>
/// Reads the "model" of a tokenizer.json: its hundreds of thousands of strings go straight into the tables, without an object each. A program loads a
/// tokenizer once, before the JIT would think of optimizing, hence the attributes.
/// </summary>
internal sealed class ModelReader
{
    private const int LargestId = 100_000_000;

    private readonly bool _byteLevel;
    private readonly Dictionary<int, string> _odd = [];
    private readonly Dictionary<string, JsonElement> _settings = new(StringComparer.Ordinal);
    private byte[] _text = new byte[256];
    private byte[] _left = new byte[256];
    private byte[] _token = new byte[512];
    private Vocabulary? _vocabulary;
    private MergeTable? _merges;

    private ModelReader(bool byteLevel) => _byteLevel = byteLevel;

    /// <summary>Tokens that a byte-level vocabulary does not write in the byte alphabet.</summary>
    public IReadOnlyDictionary<int, string> OddTokens => _odd;

    /// <summary>Reads the object that the scanner stands at.</summary>
    public static ModelReader Read(ref JsonScanner scanner, bool byteLevel)
    {
        var result = new ModelReader(byteLevel);
        result.ReadModel(ref scanner);
        return result;
    }

    public BpeModel ToModel()
    {
        var type = _settings.TryGetValue("type", out var given) && given.ValueKind != JsonValueKind.String ? throw JsonFacts.Wrong("type", "a string", given) : Text("type");
        if (type is not "BPE" && (type is not null || _merges is null))
        {
            throw new TokenizerException($"The model '{type ?? "(no type)"}' is not supported; LoraDiff reads BPE models.");
        }

        if (_settings.TryGetValue("dropout", out var dropout) && dropout.ValueKind != JsonValueKind.Null && (dropout.ValueKind != JsonValueKind.Number || dropout.GetDouble() != 0))
        {
            throw dropout.ValueKind == JsonValueKind.Number
                ? new TokenizerException($"The BPE model has dropout {dropout.GetRawText()}, so its ids are random; set it to null.")
                : JsonFacts.Wrong("dropout", "a number or null", dropout);
        }

        return new BpeModel(_vocabulary ?? throw new TokenizerException("The BPE model has no \"vocab\"."), _merges ?? throw new TokenizerException("The BPE model has no \"merges\"."), new BpeOptions
        {
            ByteLevel = _byteLevel,
            UnknownToken = Text("unk_token"),
            FuseUnknown = Flag("fuse_unk"),
            ByteFallback = Flag("byte_fallback"),
            IgnoreMerges = Flag("ignore_merges"),
            ContinuingSubwordPrefix = Text("continuing_subword_prefix") ?? "",
            EndOfWordSuffix = Text("end_of_word_suffix") ?? "",
        });
    }

    private string? Text(string name) => !_settings.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw JsonFacts.Wrong(name, "a string or null", value);

    private bool Flag(string name) => _settings.TryGetValue(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw JsonFacts.Wrong(name, "true or false", value),
    };

    private void ReadModel(ref JsonScanner scanner)
    {
        var merges = -1;
        var start = scanner.Position;
        scanner.Expect('{');
        if (scanner.TryClose('}'))
        {
            return;
        }

        do
        {
            var name = Encoding.UTF8.GetString(ReadText(ref scanner));
            scanner.Expect(':');
            if (name == "vocab" && scanner.Peek() == '{')
            {
                ReadVocabulary(ref scanner);
            }
            else if (name == "merges" && _vocabulary is not null && _settings.ContainsKey("continuing_subword_prefix"))
            {
                ReadMerges(ref scanner);
            }
            else if (name is "merges" or "vocab")
            {
                // Merges name tokens and depend on a setting: where these are still to come, the merges wait. An array is no BPE vocabulary.
                merges = name == "merges" ? scanner.Position : merges;
                scanner.Skip();
            }
            else
            {
                _settings[name] = scanner.ReadValue();
            }
        }
        while (scanner.Another('}'));
        if (merges >= 0 && _vocabulary is not null)
        {
            var end = scanner.Position;
            scanner.Position = merges;
            ReadMerges(ref scanner);
            scanner.Position = end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadVocabulary(ref JsonScanner scanner)
    {
        // A token with its merge takes some 45 to 75 bytes of JSON; a good guess spares growing, a small table misses the cache less.
        _vocabulary = new Vocabulary(scanner.Length / 70, scanner.Length / 10);
        scanner.Expect('{');
        if (scanner.TryClose('}'))
        {
            return;
        }

        do
        {
            var text = ReadText(ref scanner);
            scanner.Expect(':');
            var id = scanner.ReadIndex();
            if (id > LargestId)
            {
                throw new TokenizerException($"The token '{Encoding.UTF8.GetString(text)}' has the id {id}, which is out of all proportion.");
            }

            if (!_byteLevel)
            {
                _vocabulary.Add(text, id);
            }
            else if (ByteAlphabet.TryRead(text, _token, out var length))
            {
                _vocabulary.Add(_token.AsSpan(0, length), id);
            }
            else
            {
                _vocabulary.AddUnsearched(text, id);
                _odd[id] = Encoding.UTF8.GetString(text);
            }
        }
        while (scanner.Another('}'));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadMerges(ref JsonScanner scanner)
    {
        var prefix = (Text("continuing_subword_prefix") ?? "").Length;
        _merges = new MergeTable(_vocabulary!.Count);
        var block = new MergeBlock(_vocabulary, _merges, OutOfVocabulary);
        scanner.Expect('[');
        if (scanner.TryClose(']'))
        {
            return;
        }

        var rank = 0;
        do
        {
            if (scanner.Peek() == '"')
            {
                var pair = ReadText(ref scanner);
                var space = pair.IndexOf((byte)' ');
                if (space < 0 || pair[(space + 1)..].Contains((byte)' '))
                {
                    throw new TokenizerException($"Merge {rank} is '{Encoding.UTF8.GetString(pair)}'; it should be two tokens with one space between them.");
                }

                AddMerge(block, pair[..space], pair[(space + 1)..], prefix, rank);
            }
            else
            {
                scanner.Expect('[');
                var left = scanner.ReadString(out var escaped);
                if (escaped)
                {
                    _left = _left.Length < left.Length ? new byte[left.Length * 2] : _left;
                    left = _left.AsSpan(0, scanner.Unescape(left, _left));
                }

                scanner.Expect(',');
                var right = ReadText(ref scanner);
                scanner.Expect(']');
                AddMerge(block, left, right, prefix, rank);
            }

            rank++;
        }
        while (scanner.Another(']'));
        block.Flush();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddMerge(MergeBlock block, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int prefix, int rank)
    {
        Span<byte> target = _token = _token.Length < left.Length + right.Length ? new byte[(left.Length + right.Length) * 2] : _token;
        if (!_byteLevel)
        {
            block.Add(left, right, prefix, rank);
        }
        else if (ByteAlphabet.TryRead(left, target, out var leftLength) && ByteAlphabet.TryRead(right, target[leftLength..], out var rightLength))
        {
            block.Add(target[..leftLength], target.Slice(leftLength, rightLength), prefix, rank);
        }
        else if (!_odd.ContainsValue(Encoding.UTF8.GetString([.. left, .. right[Math.Min(prefix, right.Length)..]])))
        {
            // A merge of odd tokens can never happen in text; it only has to name tokens that are there.
            throw new TokenizerException($"Merge {rank} makes '{Encoding.UTF8.GetString([.. left, .. right])}', which is not in the vocabulary.");
        }
    }

    private TokenizerException OutOfVocabulary(ReadOnlySpan<byte> whole, int rank)
        => new($"Merge {rank} makes '{(_byteLevel ? ByteAlphabet.Write(whole) : Encoding.UTF8.GetString(whole))}' of parts of which one, or itself, is not in the vocabulary.");

    // The string that follows, unescaped; it holds until the next one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ReadOnlySpan<byte> ReadText(ref JsonScanner scanner)
    {
        var text = scanner.ReadString(out var escaped);
        if (_token.Length < text.Length)
        {
            _token = new byte[text.Length * 2];
        }

        if (!escaped)
        {
            return text;
        }

        _text = _text.Length < text.Length ? new byte[text.Length * 2] : _text;
        return _text.AsSpan(0, scanner.Unescape(text, _text));
    }
}
