using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>
/// Broken configurations against the Rust library: equal ids, or both refuse. On purpose we refuse more: a type by its name (the Rust library then guesses the type from the members), dropout, which makes ids
/// random, a replacement of the empty text, and two tokens with one id.
/// </summary>
public sealed class RustRefusalTests(RustTokenizerTests.Answers answers) : IClassFixture<RustTokenizerTests.Answers>
{
    private const int Seeds = 8;
    private const int PerKind = 10;

    private static readonly string[] OnPurpose = ["is not supported", "\"type\" should be a string", "has no \"type\"", "so its ids are random", "between all characters", "Two tokens of the vocabulary have the id"];

    private const string Script = """
        import json, os, sys
        from tokenizers import Tokenizer
        asked = json.load(sys.stdin)
        def answer(text):
            try:
                t = Tokenizer.from_str(text)
                return [t.encode(s).ids for s in asked["texts"]]
            except BaseException as e:
                return str(e)
        def apart(text):
            # Some broken files crash the library; then only the child ends.
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(read)
                with os.fdopen(write, "w") as f: f.write(json.dumps(answer(text)))
                os._exit(0)
            os.close(write)
            with os.fdopen(read) as f: said = f.read()
            os.waitpid(child, 0)
            return json.loads(said) if said else "crashed"
        json.dump([apart(text) for text in asked["configurations"]], sys.stdout)
        """;

    public static IEnumerable<object[]> AllSeeds() => Enumerable.Range(0, Seeds).Select(seed => new object[] { seed });

    [PeerTheory]
    [MemberData(nameof(AllSeeds))]
    public void BrokenConfiguration_IsRefusedByBoth_OrGivesEqualIds(int seed)
    {
        var fuzzer = new ConfigurationFuzzer(seed);
        var kinds = TokenizerKinds.All.Where((_, i) => i % Seeds == seed).ToArray();
        var broken = kinds.SelectMany(kind => Enumerable.Range(0, PerKind).Select(_ => (Kind: kind.Name, Made: fuzzer.Next(answers.Of(kind.Name).GetProperty("tokenizer").GetString()!)))).ToArray();
        var fuzz = new TextFuzzer(seed);
        string[] texts = ["", "a", "Hello [MASK] the <s> world 12 <|x|>", .. Enumerable.Range(0, 6).Select(_ => fuzz.Next())];
        var request = new JsonObject
        {
            ["configurations"] = new JsonArray([.. broken.Select(b => (JsonNode)b.Made.Json)]),
            ["texts"] = new JsonArray([.. texts.Select(t => (JsonNode)t)]),
        };
        var results = JsonDocument.Parse(PythonPeer.Run(Script, request.ToJsonString())).RootElement;
        List<string> differences = [];
        for (var i = 0; i < broken.Length; i++)
        {
            var rust = results[i].ValueKind == JsonValueKind.String ? "refused: " + results[i].GetString() : results[i].GetRawText().Replace(" ", "", StringComparison.Ordinal);
            var ours = Ours(broken[i].Made.Json, texts);
            var bothRefuse = rust.StartsWith("refused", StringComparison.Ordinal) && ours.StartsWith("refused", StringComparison.Ordinal);
            if (rust != ours && !bothRefuse && !IsOnPurpose(broken[i].Kind, broken[i].Made.What, ours))
            {
                differences.Add($"{broken[i].Kind}: {broken[i].Made.What}\n  Rust {Start(rust)}\n  ours {Start(ours)}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {broken.Length} differ:\n{string.Join('\n', differences)}");
    }

    // The Rust library takes a RobertaProcessing whose own settings are broken for a BertProcessing.
    private static bool IsOnPurpose(string kind, string what, string ours) => ours.StartsWith("refused", StringComparison.Ordinal)
        && (OnPurpose.Any(why => ours.Contains(why, StringComparison.Ordinal)) || (kind == "RoBERTa" && what.StartsWith("$.post_processor.", StringComparison.Ordinal)));

    private static string Start(string text) => text.Length > 160 ? text[..160] : text;

    private static string Ours(string json, string[] texts)
    {
        try
        {
            var tokenizer = Tokenizer.FromJson(Encoding.UTF8.GetBytes(json));
            return $"[{string.Join(',', texts.Select(text => $"[{string.Join(',', tokenizer.EncodeToIds(text, addSpecialTokens: true))}]"))}]";
        }
        catch (TokenizerException e)
        {
            return "refused: " + e.Message;
        }
    }
}
