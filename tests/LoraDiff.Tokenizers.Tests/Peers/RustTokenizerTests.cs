using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>
/// Every kind of tokenizer against the Rust library, which trains a small vocabulary for each and encodes fuzzed texts with it: equal ids, equal
/// decoded text, and equal offsets where no normalizer rewrites.
/// </summary>
public sealed class RustTokenizerTests(RustTokenizerTests.Answers answers) : IClassFixture<RustTokenizerTests.Answers>
{
    private const int Texts = 160;

    public static IEnumerable<object[]> Kinds() => TokenizerKinds.All.Select(kind => new object[] { kind.Name });

    [PeerTheory]
    [MemberData(nameof(Kinds))]
    public void Tokenizer_OfAKind_DoesWhatTheRustLibraryDoes(string kind)
    {
        var answer = answers.Of(kind);
        var tokenizer = Tokenizer.FromJson(System.Text.Encoding.UTF8.GetBytes(answer.GetProperty("tokenizer").GetString()!));
        var differences = new List<string>();
        foreach (var result in answer.GetProperty("results").EnumerateArray())
        {
            var text = result.GetProperty("text").GetString()!;
            Compare(differences, text, "ids", Numbers(result.GetProperty("ids")), Show(tokenizer.EncodeToIds(text)));
            Compare(differences, text, "ids with special tokens", Numbers(result.GetProperty("special")), Show(tokenizer.EncodeToIds(text, addSpecialTokens: true)));
            Compare(differences, text, "ids beside offsets", Numbers(result.GetProperty("ids")), Show(tokenizer.Encode(text).Ids));
            var ids = tokenizer.EncodeToIds(text);
            Compare(differences, text, "decoded", result.GetProperty("decoded").GetString()!, tokenizer.Decode(ids));
            Compare(differences, text, "decoded without special tokens", result.GetProperty("skipped").GetString()!, tokenizer.Decode(ids, skipSpecialTokens: true));
            var stream = tokenizer.CreateStreamingDecoder();
            Compare(differences, text, "streamed", result.GetProperty("decoded").GetString()!, string.Concat(ids.Select(stream.Add)) + stream.Flush());
            if (TokenizerKinds.All.Single(k => k.Name == kind).ComparesOffsets)
            {
                Compare(differences, text, "offsets", Numbers(result.GetProperty("offsets")), string.Join(' ', tokenizer.Encode(text).Offsets.Select(o => $"[{o.Start},{o.End}]")));
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences; the first:\n{string.Join('\n', differences.Take(6))}");
        Assert.Equal(answer.GetProperty("size").GetInt32(), tokenizer.VocabularySize);
        foreach (var token in answer.GetProperty("vocabulary").EnumerateObject())
        {
            Assert.Equal(token.Value[0].GetInt32(), tokenizer.TokenToId(token.Name));
            Assert.Equal(token.Value[1].GetString(), tokenizer.IdToToken(token.Value[0].GetInt32()));
        }
    }

    private static void Compare(List<string> differences, string text, string what, string expected, string actual)
    {
        if (expected != actual)
        {
            differences.Add($"{what} of {JsonSerializer.Serialize(text)}:\n  Rust {JsonSerializer.Serialize(expected)}\n  ours {JsonSerializer.Serialize(actual)}");
        }
    }

    private static string Numbers(JsonElement list) => string.Join(' ', list.EnumerateArray().Select(item => item.GetRawText().Replace(" ", "", StringComparison.Ordinal)));

    private static string Show(IReadOnlyList<int> ids) => string.Join(' ', ids);

    /// <summary>What the Rust library says, asked for once.</summary>
    public sealed class Answers
    {
        private const string Script = """
            import json, sys
            from tokenizers import Tokenizer, trainers, pre_tokenizers, AddedToken
            asked = json.load(sys.stdin)
            answers = {}
            for kind in asked["kinds"]:
                name, spec, model = kind["name"], kind["spec"], kind["spec"]["model"]
                full = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None}
                full.update(spec)
                post = full["post_processor"]; full["post_processor"] = None
                full["model"] = {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                    "byte_fallback": False, "ignore_merges": False, "vocab": {}, "merges": []}
                full["model"].update(model)
                t = Tokenizer.from_str(json.dumps(full))
                unk = model.get("unk_token")
                affixes = {k: model[k] for k in ("continuing_subword_prefix", "end_of_word_suffix") if model.get(k)}
                trainer = trainers.BpeTrainer(vocab_size=kind["size"], show_progress=False, special_tokens=[], limit_alphabet=kind["alphabet"],
                    initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if kind["bytes"] else [], **affixes)
                t.train_from_iterator(asked["corpus"], trainer)
                j = json.loads(t.to_str())
                j["model"].update({k: v for k, v in model.items()})
                vocab = j["model"]["vocab"]
                extra = ([unk] if unk else []) + (["<0x%02X>" % i for i in range(256)] if model.get("byte_fallback") else [])
                for token in extra:
                    vocab.setdefault(token, len(vocab))
                n = len(vocab)
                j["added_tokens"] = [dict(id=vocab.get(a["content"], n + i), single_word=False, lstrip=False, rstrip=False, normalized=False, special=False, **{}) | a for i, a in enumerate(kind["added"])]
                for i, a in enumerate(j["added_tokens"]):
                    if a["content"] in vocab: a["id"] = vocab[a["content"]]
                    else: a["id"] = n; n += 1
                ids = {a["content"]: a["id"] for a in j["added_tokens"]}
                if post is not None:
                    for p in [post] + post.get("processors", []):
                        for s in p.get("special_tokens", {}).values():
                            s["ids"] = [ids[x] for x in s["tokens"]]
                j["post_processor"] = post
                text = json.dumps(j)
                t = Tokenizer.from_str(text)
                results = []
                for s in asked["texts"]:
                    e = t.encode(s, add_special_tokens=False)
                    results.append(dict(text=s, ids=e.ids, offsets=e.offsets, special=t.encode(s).ids, decoded=t.decode(e.ids, skip_special_tokens=False), skipped=t.decode(e.ids)))
                answers[name] = dict(tokenizer=text, results=results, size=t.get_vocab_size(), vocabulary={k: [v, t.id_to_token(v)] for k, v in t.get_vocab().items()})
            json.dump(answers, sys.stdout)
            """;

        private readonly Lazy<JsonElement> _all = new(Ask);

        public JsonElement Of(string kind) => _all.Value.GetProperty(kind);

        private static JsonElement Ask()
        {
            var corpus = new TextFuzzer(1);
            var fuzzer = new TextFuzzer(2);
            var request = new JsonObject
            {
                ["kinds"] = new JsonArray([.. TokenizerKinds.All.Select(kind => kind.ToJson())]),
                ["corpus"] = new JsonArray([.. Enumerable.Range(0, 400).Select(_ => (JsonNode)corpus.Next())]),
                ["texts"] = new JsonArray([.. Enumerable.Range(0, Texts).Select(_ => (JsonNode)fuzzer.Next())]),
            };
            return JsonDocument.Parse(PythonPeer.Run(Script, request.ToJsonString())).RootElement;
        }
    }
}
