using System.Text;
using System.Text.Json;
using LoraDiff.Tokenizers.Models;

namespace LoraDiff.Tokenizers.Files;

/// <summary>
/// Reads the "model" of a tokenizer.json token by token: its hundreds of thousands of strings go straight into the tables, without an object each.
/// </summary>
internal sealed class ModelReader
{
    private readonly bool _byteLevel;
    private readonly Dictionary<int, string> _odd = [];
    private readonly Dictionary<string, JsonElement> _settings = new(StringComparer.Ordinal);
    private byte[] _text = new byte[256];
    private byte[] _token = new byte[512];
    private Vocabulary? _vocabulary;
    private MergeTable? _merges;
    private bool _sawMerges;

    private ModelReader(bool byteLevel) => _byteLevel = byteLevel;

    /// <summary>Tokens that a byte-level vocabulary does not write in the byte alphabet.</summary>
    public IReadOnlyDictionary<int, string> OddTokens => _odd;

    /// <summary>Reads the object that the reader stands at.</summary>
    public static ModelReader Read(ref Utf8JsonReader reader, bool byteLevel)
    {
        var result = new ModelReader(byteLevel);
        result.ReadModel(ref reader);
        return result;
    }

    public BpeModel ToModel()
    {
        var type = _settings.TryGetValue("type", out var element) ? element.GetString() : null;
        if (type is not "BPE" && (type is not null || !_sawMerges))
        {
            throw new TokenizerException($"The model '{type ?? "(no type)"}' is not supported; LoraDiff reads BPE models.");
        }

        if (_settings.TryGetValue("dropout", out var dropout) && dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() != 0)
        {
            throw new TokenizerException($"The BPE model has dropout {dropout.GetRawText()}, so its ids are random; set it to null.");
        }

        return new BpeModel(_vocabulary ?? throw new TokenizerException("The BPE model has no \"vocab\"."), _merges ?? new MergeTable(0), new BpeOptions
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

    private string? Text(string name) => _settings.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private bool Flag(string name) => _settings.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.True;

    private void ReadModel(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "model");
        var merges = default(Utf8JsonReader);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "vocab" when reader.TokenType == JsonTokenType.StartObject:
                    ReadVocabulary(ref reader);
                    break;
                case "merges" when reader.TokenType == JsonTokenType.StartArray:
                    // Merges name tokens; where they stand before the vocabulary, and for settings that follow, they are read last.
                    merges = reader;
                    _sawMerges = true;
                    reader.Skip();
                    break;
                default:
                    _settings[name] = JsonElement.ParseValue(ref reader);
                    break;
            }
        }

        if (_sawMerges && _vocabulary is not null)
        {
            ReadMerges(ref merges);
        }
    }

    private void ReadVocabulary(ref Utf8JsonReader reader)
    {
        // Good guesses spare growing: tokens are about 20 bytes of JSON each.
        _vocabulary = new Vocabulary(1 << 15, 1 << 18);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var text = ReadText(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var id) || id < 0)
            {
                throw new TokenizerException($"The id of the token '{Encoding.UTF8.GetString(text)}' is not a whole number from 0 on.");
            }

            if (id > 100_000_000)
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
    }

    private void ReadMerges(ref Utf8JsonReader reader)
    {
        var count = 0;
        var counter = reader;
        while (counter.Read() && counter.TokenType != JsonTokenType.EndArray)
        {
            counter.Skip();
            count++;
        }

        _merges = new MergeTable(count);
        for (var rank = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; rank++)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                var pair = ReadText(ref reader);
                var space = pair.IndexOf((byte)' ');
                if (space < 0 || pair[(space + 1)..].Contains((byte)' '))
                {
                    throw new TokenizerException($"Merge {rank} is '{Encoding.UTF8.GetString(pair)}'; it should be two tokens with one space between them.");
                }

                AddMerge(pair[..space], pair[(space + 1)..], rank);
            }
            else
            {
                Expect(ref reader, JsonTokenType.StartArray, "merge");
                reader.Read();
                Expect(ref reader, JsonTokenType.String, "merge");
                var left = ReadText(ref reader).Length;
                reader.Read();
                Expect(ref reader, JsonTokenType.String, "merge");
                var whole = AppendText(ref reader, left);
                reader.Read();
                Expect(ref reader, JsonTokenType.EndArray, "merge");
                AddMerge(whole[..left], whole[left..], rank);
            }
        }
    }

    private void AddMerge(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int rank)
    {
        var prefix = _settings.TryGetValue("continuing_subword_prefix", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Length : 0;
        Span<byte> target = _token;
        if (!_byteLevel)
        {
            left.CopyTo(target);
            right.CopyTo(target[left.Length..]);
            AddMerge(target[..(left.Length + right.Length)], left.Length, prefix, rank);
        }
        else if (ByteAlphabet.TryRead(left, target, out var leftLength) && ByteAlphabet.TryRead(right, target[leftLength..], out var rightLength))
        {
            AddMerge(target[..(leftLength + rightLength)], leftLength, prefix, rank);
        }
        else if (!_odd.ContainsValue(Encoding.UTF8.GetString([.. left, .. right[prefix..]])))
        {
            throw OutOfVocabulary([.. left, .. right], rank);
        }
    }

    private void AddMerge(Span<byte> whole, int left, int prefix, int rank)
    {
        var leftId = _vocabulary!.Find(whole[..left]);
        var rightId = _vocabulary.Find(whole[left..]);
        if (prefix > 0 && whole.Length - left >= prefix)
        {
            whole[(left + prefix)..].CopyTo(whole[left..]);
            whole = whole[..^prefix];
        }

        var merged = _vocabulary.Find(whole);
        if (leftId < 0 || rightId < 0 || merged < 0)
        {
            throw OutOfVocabulary(whole, rank);
        }

        _merges!.Add(leftId, rightId, rank, merged);
    }

    private TokenizerException OutOfVocabulary(ReadOnlySpan<byte> whole, int rank)
        => new($"Merge {rank} makes '{(_byteLevel ? ByteAlphabet.Write(whole) : Encoding.UTF8.GetString(whole))}' of parts of which one, or itself, is not in the vocabulary.");

    private ReadOnlySpan<byte> ReadText(ref Utf8JsonReader reader) => AppendText(ref reader, 0);

    // The string that the reader stands at, unescaped, behind the first so many bytes of the buffer; all of it is returned.
    private ReadOnlySpan<byte> AppendText(ref Utf8JsonReader reader, int at)
    {
        var length = at + reader.ValueSpan.Length;
        if (_text.Length < length)
        {
            Array.Resize(ref _text, length * 2);
        }

        if (_token.Length < length)
        {
            _token = new byte[_text.Length * 2];
        }

        if (!reader.ValueIsEscaped)
        {
            reader.ValueSpan.CopyTo(_text.AsSpan(at));
            return _text.AsSpan(0, length);
        }

        return _text.AsSpan(0, at + reader.CopyString(_text.AsSpan(at)));
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
        {
            throw new TokenizerException($"A {what} begins with {reader.TokenType} where {type} was expected.");
        }
    }
}
