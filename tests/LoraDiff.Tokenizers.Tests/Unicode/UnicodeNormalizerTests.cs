using System.Text;
using System.Text.Json;
using LoraDiff.Tokenizers.Normalizers;
using LoraDiff.Tokenizers.Tests.Peers;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Tests.Unicode;

public sealed class UnicodeNormalizerTests
{
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("a\u0327\u0301b", "\u00E1\u0327b")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0E17\u0E35\u0E48", "\u0E17\u0E35\u0E48")]
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")]
    public void Composed_OfATrap_IsWhatTheStandardSays(string text, string expected)
        => Assert.Equal(expected, new UnicodeForm(NormalizationKind.Composed).Normalize(text));

    [Theory]
    [InlineData("plain ASCII")]
    [InlineData("na\u00EFve \u4E2D\u6587 \uD83D\uDE00")]
    public void Composed_OfComposedText_IsTheSameView(string text)
    {
        var view = new TextView(text.AsMemory(), 0);
        Assert.Same(view, new UnicodeForm(NormalizationKind.Composed).Normalize(view, tracked: true));
    }

    [PeerTheory]
    [InlineData("NFC")]
    [InlineData("NFD")]
    [InlineData("NFKC")]
    [InlineData("NFKD")]
    public void Form_OfEveryCharacterAndOfRandomRuns_IsWhatPythonGives(string form)
    {
        const string Script = """
            import json, random, sys, unicodedata as u
            form = sys.stdin.read()
            random.seed(7)
            valid = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
            odd = [c for c in valid if u.combining(chr(c)) or u.decomposition(chr(c)) or 0x1100 <= c < 0x1200 or u.normalize("NFC", "\u0915" + chr(c)) != "\u0915" + chr(c)]
            texts = ["a" + chr(c) + "b" for c in valid if u.category(chr(c)) != "Cn"]
            for _ in range(20000):
                texts.append("".join(chr(random.choice(odd)) if random.random() < 0.8 else random.choice("aeou \u0915\uac00\u00e9\u4e00") for _ in range(random.randint(1, 8))))
            json.dump([[t, u.normalize(form, t)] for t in texts], sys.stdout)
            """;
        var kind = form switch { "NFC" => NormalizationKind.Composed, "NFD" => NormalizationKind.Decomposed, "NFKC" => NormalizationKind.CompatibilityComposed, _ => NormalizationKind.CompatibilityDecomposed };
        var normalizer = new UnicodeForm(kind);
        var wrong = JsonDocument.Parse(PythonPeer.Run(Script, form)).RootElement.EnumerateArray()
            .Select(pair => (Text: pair[0].GetString()!, Expected: pair[1].GetString()!))
            .Where(pair => normalizer.Normalize(pair.Text) != pair.Expected).Take(5).Select(pair => Show(pair.Text)).ToList();
        Assert.Empty(wrong);
    }

    private static string Show(string text) => string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X4", System.Globalization.CultureInfo.InvariantCulture)));
}
