using System.Globalization;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Regexes;

/// <summary>The sets behind <c>\p{…}</c> and <c>[:…:]</c>.</summary>
internal static class UnicodeProperty
{
    private static readonly Dictionary<string, CharSet> Sets = Make();

    /// <summary>The set of a name; case, spaces, '-' and '_' do not count.</summary>
    public static CharSet? Find(string name)
        => Sets.GetValueOrDefault(string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).ToLowerInvariant());

    private static Dictionary<string, CharSet> Make()
    {
        var sets = new Dictionary<string, CharSet>(StringComparer.Ordinal)
        {
            ["any"] = CharSet.Any,
            ["l"] = new(CharClass.Letter),
            ["letter"] = new(CharClass.Letter),
            ["lc"] = Categories(UnicodeCategory.UppercaseLetter, UnicodeCategory.LowercaseLetter, UnicodeCategory.TitlecaseLetter),
            ["m"] = new(CharClass.Mark),
            ["mark"] = new(CharClass.Mark),
            ["combiningmark"] = new(CharClass.Mark),
            ["n"] = new(CharClass.Number),
            ["number"] = new(CharClass.Number),
            ["p"] = new(CharClass.Punctuation),
            ["punctuation"] = new(CharClass.Punctuation),
            ["s"] = new(CharClass.Symbol),
            ["symbol"] = new(CharClass.Symbol),
            ["z"] = new(CharClass.Separator),
            ["separator"] = new(CharClass.Separator),
            ["c"] = new(CharClass.Other),
            ["other"] = new(CharClass.Other),
            ["cc"] = new(CharClass.Control),
            ["control"] = new(CharClass.Control),
            ["cntrl"] = new(CharClass.Control),
            ["space"] = CharSet.Space,
            ["whitespace"] = CharSet.Space,
            ["word"] = CharSet.Word,
            ["digit"] = CharSet.Digit,
            ["xdigit"] = CharSet.HexDigit,
            ["ascii"] = new(ranges: [(0, 0x7F)]),
            ["blank"] = new(1u << (int)UnicodeCategory.SpaceSeparator, [('\t', '\t')]),
            ["punct"] = new(CharClass.Punctuation | CharClass.Symbol),
            ["han"] = new(ranges:
            [
                (0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF),
                (0x4E00, 0x9FFF), (0xF900, 0xFA6D), (0xFA70, 0xFAD9), (0x16FE2, 0x16FE3), (0x16FF0, 0x16FF1), (0x20000, 0x2A6DF), (0x2A700, 0x2B738),
                (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0), (0x2F800, 0x2FA1D), (0x30000, 0x3134A),
            ]),
            ["hiragana"] = new(ranges: [(0x3041, 0x3096), (0x309D, 0x309F), (0x1B001, 0x1B11F), (0x1B150, 0x1B152), (0x1F200, 0x1F200)]),
            ["katakana"] = new(ranges:
            [
                (0x30A1, 0x30FA), (0x30FD, 0x30FF), (0x31F0, 0x31FF), (0x32D0, 0x32FE), (0x3300, 0x3357), (0xFF66, 0xFF6F), (0xFF71, 0xFF9D),
                (0x1AFF0, 0x1AFF3), (0x1AFF5, 0x1AFFB), (0x1AFFD, 0x1AFFE), (0x1B000, 0x1B000), (0x1B120, 0x1B122), (0x1B164, 0x1B167),
            ]),
            ["hangul"] = new(ranges:
            [
                (0x1100, 0x11FF), (0x302E, 0x302F), (0x3131, 0x318E), (0x3200, 0x321E), (0x3260, 0x327E), (0xA960, 0xA97C), (0xAC00, 0xD7A3),
                (0xD7B0, 0xD7C6), (0xD7CB, 0xD7FB), (0xFFA0, 0xFFBE), (0xFFC2, 0xFFC7), (0xFFCA, 0xFFCF), (0xFFD2, 0xFFD7), (0xFFDA, 0xFFDC),
            ]),
        };
        foreach (var (code, name, category) in Single)
        {
            sets[code] = sets[name] = Categories(category);
        }

        return sets;
    }

    private static IEnumerable<(string Code, string Name, UnicodeCategory Category)> Single =>
    [
        ("lu", "uppercaseletter", UnicodeCategory.UppercaseLetter), ("ll", "lowercaseletter", UnicodeCategory.LowercaseLetter),
        ("lt", "titlecaseletter", UnicodeCategory.TitlecaseLetter), ("lm", "modifierletter", UnicodeCategory.ModifierLetter),
        ("lo", "otherletter", UnicodeCategory.OtherLetter), ("mn", "nonspacingmark", UnicodeCategory.NonSpacingMark),
        ("mc", "spacingmark", UnicodeCategory.SpacingCombiningMark), ("me", "enclosingmark", UnicodeCategory.EnclosingMark),
        ("nd", "decimalnumber", UnicodeCategory.DecimalDigitNumber), ("nl", "letternumber", UnicodeCategory.LetterNumber),
        ("no", "othernumber", UnicodeCategory.OtherNumber), ("zs", "spaceseparator", UnicodeCategory.SpaceSeparator),
        ("zl", "lineseparator", UnicodeCategory.LineSeparator), ("zp", "paragraphseparator", UnicodeCategory.ParagraphSeparator),
        ("cf", "format", UnicodeCategory.Format), ("cs", "surrogate", UnicodeCategory.Surrogate), ("co", "privateuse", UnicodeCategory.PrivateUse),
        ("cn", "unassigned", UnicodeCategory.OtherNotAssigned), ("pc", "connectorpunctuation", UnicodeCategory.ConnectorPunctuation),
        ("pd", "dashpunctuation", UnicodeCategory.DashPunctuation), ("ps", "openpunctuation", UnicodeCategory.OpenPunctuation),
        ("pe", "closepunctuation", UnicodeCategory.ClosePunctuation), ("pi", "initialpunctuation", UnicodeCategory.InitialQuotePunctuation),
        ("pf", "finalpunctuation", UnicodeCategory.FinalQuotePunctuation), ("po", "otherpunctuation", UnicodeCategory.OtherPunctuation),
        ("sm", "mathsymbol", UnicodeCategory.MathSymbol), ("sc", "currencysymbol", UnicodeCategory.CurrencySymbol),
        ("sk", "modifiersymbol", UnicodeCategory.ModifierSymbol), ("so", "othersymbol", UnicodeCategory.OtherSymbol),
    ];

    private static CharSet Categories(params UnicodeCategory[] categories) => new(categories.Aggregate(0u, (mask, category) => mask | (1u << (int)category)));
}
