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

    private const int WorthSharing = 1 << 20;

    private readonly bool _byteLevel;
    private readonly ReadOnlyMemory<byte> _json;
    private readonly Dictionary<int, string> _odd = [];
    private readonly Dictionary<string, JsonElement> _settings = new(StringComparer.Ordinal);
    private byte[] _text = new byte[256];
    private byte[] _token = new byte[512];
    private Vocabulary? _vocabulary;
    private MergeTable? _merges;
    private Task<MergeList>? _ahead;

    private ModelReader(bool byteLevel, ReadOnlyMemory<byte> json) => (_byteLevel, _json) = (byteLevel, json);

    /// <summary>Tokens that a byte-level vocabulary does not write in the byte alphabet.</summary>
    public IReadOnlyDictionary<int, string> OddTokens => _odd;

    /// <summary>Reads the object that the scanner stands at.</summary>
    /// <param name="scanner">Stands at the object.</param>
    /// <param name="byteLevel">Whether tokens are written in the byte alphabet.</param>
    /// <param name="json">What the scanner reads, where it can be read from another thread; else empty.</param>
    public static ModelReader Read(ref JsonScanner scanner, bool byteLevel, ReadOnlyMemory<byte> json)
    {
        var result = new ModelReader(byteLevel, json);
        try
        {
            result.ReadModel(ref scanner);
            return result;
        }
        finally
        {
            // Whatever went wrong, the bytes are the caller's again from here on.
            result.AwaitAhead();
        }
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
                ReadAhead(scanner.Position);
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

    private void ReadMerges(ref JsonScanner scanner)
    {
        scanner.Peek();
        var list = Ahead(scanner.Position) ?? MergeList.Read(ref scanner, _byteLevel);
        scanner.Position = list.Range.End;
        _merges = list.Resolve(_vocabulary!, (Text("continuing_subword_prefix") ?? "").Length, _odd);
    }

    // The merges lie behind the vocabulary: where another processor is free, it reads them meanwhile. What looks like their beginning may be something else; then it is never asked for.
    private void ReadAhead(int position)
    {
        if (_json.Length < WorthSharing || Environment.ProcessorCount < 2)
        {
            return;
        }

        var name = "\"merges\""u8;
        var at = _json.Span[position..].IndexOf(name);
        if (at >= 0)
        {
            var start = position + at + name.Length;
            _ahead = Task.Run(() =>
            {
                var scanner = new JsonScanner(_json.Span) { Position = start };
                scanner.Expect(':');
                return MergeList.Read(ref scanner, _byteLevel);
            });
        }
    }

    // Null where they were not read ahead, or were found faulty: reading them again in their turn tells what is wrong.
    private MergeList? Ahead(int position)
    {
        AwaitAhead();
        return _ahead is { IsCompletedSuccessfully: true } && _ahead.Result.Range.Start == position ? _ahead.Result : null;
    }

    // Waits without throwing.
    private void AwaitAhead()
    {
        if (_ahead is not null)
        {
            Task.WaitAny(_ahead);
        }
    }

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
