using System.Text;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>Makes texts of everything that tokenizers trip over, from a seed. All characters are assigned in Unicode 14.</summary>
internal sealed class TextFuzzer(int seed)
{
    private static readonly string[] Words =
    [
        "the", "Hello", "world", "don't", "WE'LL", "they'Re", "I'd", "it's", "O'Neil", "naïve", "café", "e\u0301te\u0301", "Straße", "ŒUVRE", "snake_case", "camelCase",
        "HTTPServer", "x1y2", "12345", "3.14159", "1,000,000", "٣٤٥", "𝟘𝟙2", "½", "Ⅷ", "²³", "привет", "ЁЛКА", "γειά", "שלום", "مرحبا", "हिन्दी", "ไทย", "ភាសា", "日本語", "ひらがな", "カタカナ", "中文字",
        "한국어", "\u1112\u1161\u11AB", "𝐀𝐁𝐂", "𐐨𐐀", "𠀀𠀁", "😀", "👨‍👩‍👧", "🇫🇷", "👍🏽", "ﬁ", "Å", "\u212B", "ǅ", "ſo", "it'ſ", "İstanbul", "a\u0327\u0301", "\u0301x", "q\u0323\u0307", "q\u0307\u0323", "\u0344", "ﬀ", "①", "㈱", "ｱ\uFF9E",
        "<s>", "</s>", "<|x|>", "<|x", "|>", "[MASK]", "[mask]", "word", "Word", "<0x41>", "▁", "▁▁", "Ġ", "##a", "</w>", "{}", "[]", "()", "//", "==", "!?", "...", "--", "\"quoted\"", "#tag", "a@b.c", "$5", "€", "\\n", "`", "~", "^",
    ];

    private static readonly string[] Gaps =
        ["", "", " ", " ", " ", " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "\n ", "\u00A0", "\u3000", "\u2028", "\u0085", "\u200B", "\uFEFF", "\u200D", "\0", "\u001C", "        "];

    private readonly Random _random = new(seed);

    public string Next()
    {
        var text = new StringBuilder();
        for (var left = _random.Next(14); left > 0; left--)
        {
            var word = Words[_random.Next(Words.Length)];
            text.Append(_random.Next(12) == 0 ? string.Concat(Enumerable.Repeat(word, _random.Next(1, 9))) : word);
            text.Append(Gaps[_random.Next(Gaps.Length)]);
        }

        return text.ToString();
    }
}
