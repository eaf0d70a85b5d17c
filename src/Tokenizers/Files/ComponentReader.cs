using System.Text.Json;
using LoraDiff.Tokenizers.Decoders;
using LoraDiff.Tokenizers.Normalizers;
using LoraDiff.Tokenizers.PostProcessors;
using LoraDiff.Tokenizers.PreTokenizers;
using LoraDiff.Tokenizers.Regexes;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Files;

/// <summary>Makes normalizers, pre-tokenizers, post-processors and decoders of their JSON. What is not known is refused by its type's name.</summary>
internal static class ComponentReader
{
    public static Normalizer? Normalizer(JsonElement? json)
    {
        if (json is not { } element)
        {
            return null;
        }

        return element.Type("normalizer") switch
        {
            "NFC" => new UnicodeForm(NormalizationKind.Composed),
            "NFD" => new UnicodeForm(NormalizationKind.Decomposed),
            "NFKC" => new UnicodeForm(NormalizationKind.CompatibilityComposed),
            "NFKD" => new UnicodeForm(NormalizationKind.CompatibilityDecomposed),
            "Lowercase" => new Lowercase(),
            "Strip" => new Strip(element.RequiredFlag("strip_left"), element.RequiredFlag("strip_right")),
            "StripAccents" => new StripAccents(),
            "Prepend" => new Prepend(element.RequiredText("prepend")),
            "Replace" => new Replace(Pattern(element, "normalizer Replace"), element.RequiredText("content")),
            "Sequence" => new NormalizerSequence([.. element.RequiredList("normalizers").Select(e => Normalizer(e)!)]),
            var type => throw Refuse("normalizer", type),
        };
    }

    /// <summary>The stages in order, and whether the last one is ByteLevel, so that the model sees bytes.</summary>
    public static (List<PreTokenizer> Stages, bool ByteLevel) PreTokenizers(JsonElement? json)
    {
        var stages = new List<PreTokenizer>();
        var byteLevel = false;
        if (json is { } element)
        {
            AddStages(element, stages, ref byteLevel);
        }

        return (stages, byteLevel);
    }

    public static List<Decoder> Decoders(JsonElement? json)
    {
        var steps = new List<Decoder>();
        if (json is { } element)
        {
            AddDecoders(element, steps);
        }

        return steps;
    }

    public static PostProcessor? PostProcessor(JsonElement? json, Func<int, string?> read)
    {
        if (json is not { } element)
        {
            return null;
        }

        return element.Type("post_processor") switch
        {
            "ByteLevel" => ByteLevel(element) is { TrimOffsets: true } settings ? new TrimOffsetsPostProcessor(read, settings.PrefixSpace) : null,
            "TemplateProcessing" => Template(element),
            "Sequence" => new PostProcessorSequence([.. element.RequiredList("processors").Select(e => PostProcessor(e, read)).OfType<PostProcessor>()]),
            "BertProcessing" => new TemplatePostProcessor([PairId(element, "cls"), null, PairId(element, "sep")]),
            "RobertaProcessing" => Roberta(element, read),
            var type => throw Refuse("post-processor", type),
        };
    }

    private static void AddStages(JsonElement element, List<PreTokenizer> stages, ref bool byteLevel)
    {
        var type = element.Type("pre_tokenizer");
        if (type == "Sequence")
        {
            foreach (var part in element.RequiredList("pretokenizers"))
            {
                AddStages(part, stages, ref byteLevel);
            }

            return;
        }

        if (byteLevel)
        {
            throw new TokenizerException($"The pre-tokenizer has '{type}' after ByteLevel; only a ByteLevel at the end is supported.");
        }

        switch (type)
        {
            case "ByteLevel":
                byteLevel = true;
                var (prefixSpace, _, useRegex) = ByteLevel(element);
                if (prefixSpace)
                {
                    stages.Add(new PrefixSpace());
                }

                if (useRegex)
                {
                    stages.Add(new SplitStage(new Gpt2Splitter(), SplitBehavior.Isolated, invert: false));
                }

                break;
            case "Split":
                stages.Add(new SplitStage(Pattern(element, "pre-tokenizer Split"), Behavior(element.RequiredText("behavior")), element.RequiredFlag("invert")));
                break;
            case "Digits":
                stages.Add(new SplitStage(new ClassSplitter(CharClass.Number, element.RequiredFlag("individual_digits") ? 1 : int.MaxValue), SplitBehavior.Isolated, invert: false));
                break;
            case "Metaspace":
                stages.Add(Metaspace(element));
                break;
            case "Whitespace":
                stages.Add(new SplitStage(RegexSplitter.Parse(@"[\w\u200C\u200D]+|[^\w\s\u200C\u200D]+"), SplitBehavior.Removed, invert: true));
                break;
            case "WhitespaceSplit":
                stages.Add(new SplitStage(new ClassSplitter(CharClass.Space, 1), SplitBehavior.Removed, invert: false));
                break;
            case "Punctuation":
                stages.Add(new SplitStage(new PunctuationSplitter(), element.TryGetProperty("behavior", out _) ? Behavior(element.RequiredText("behavior")) : SplitBehavior.Isolated, invert: false));
                break;
            case "CharDelimiterSplit":
                stages.Add(new SplitStage(new LiteralSplitter(OneCharacter(element, "delimiter")), SplitBehavior.Removed, invert: false));
                break;
            default:
                throw Refuse("pre-tokenizer", type);
        }
    }

    private static Metaspace Metaspace(JsonElement element)
    {
        var scheme = Scheme(element);
        return new Metaspace(Replacement(element), scheme, Splits(element));
    }

    // These may be null as well as absent.
    private static bool Splits(JsonElement element) => element.Get("split") is null || element.RequiredFlag("split");

    private static (bool PrefixSpace, bool TrimOffsets, bool UseRegex) ByteLevel(JsonElement element)
        => (element.RequiredFlag("add_prefix_space"), element.RequiredFlag("trim_offsets"), element.FlagOr("use_regex", true));

    private static string Scheme(JsonElement element)
    {
        var scheme = element.TryGetProperty("prepend_scheme", out _) ? element.RequiredText("prepend_scheme") : (element.Get("add_prefix_space") is null || element.RequiredFlag("add_prefix_space") ? "always" : "never");
        return scheme is "always" or "first" or "never"
            ? scheme
            : throw new TokenizerException($"Metaspace has prepend_scheme '{scheme}'; it must be always, first or never.");
    }

    private static char Replacement(JsonElement element)
        => element.RequiredText("replacement") switch
        {
            { Length: 1 } text => text[0],
            var text => throw new TokenizerException($"Metaspace has the replacement '{text}'; it must be one character of the basic plane."),
        };

    private static Splitter Pattern(JsonElement element, string what)
    {
        var pattern = element.Get("pattern") ?? throw new TokenizerException($"The {what} has no \"pattern\".");
        if (pattern.Text("String") is { } literal)
        {
            // An empty text is found between all characters.
            return literal.Length > 0 ? new LiteralSplitter(literal)
                : what.EndsWith("Split", StringComparison.Ordinal) ? RegexSplitter.Parse("")
                : throw new TokenizerException($"The {what} has an empty pattern, which would put its content between all characters.");
        }

        var regex = pattern.Text("Regex") ?? throw new TokenizerException($"The {what} has a pattern that is neither \"String\" nor \"Regex\".");
        return KnownPatterns.Find(regex) ?? RegexSplitter.Parse(regex);
    }

    private static string OneCharacter(JsonElement element, string name) => element.RequiredText(name) is var text && text.EnumerateRunes().Count() == 1
        ? text
        : throw new TokenizerException($"\"{name}\" is '{text}'; it must be one character.");

    private static SplitBehavior Behavior(string text) => text switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        _ => throw Refuse("split behavior", text),
    };

    private static void AddDecoders(JsonElement element, List<Decoder> steps)
    {
        switch (element.Type("decoder"))
        {
            case "Sequence":
                foreach (var part in element.RequiredList("decoders"))
                {
                    AddDecoders(part, steps);
                }

                break;
            case "ByteLevel":
                _ = ByteLevel(element);   // decoding needs none of them
                steps.Add(new ByteLevelDecoder());
                break;
            case "ByteFallback":
                steps.Add(new ByteFallbackDecoder());
                break;
            case "Fuse":
                steps.Add(new FuseDecoder());
                break;
            case "Strip":
                steps.Add(new StripDecoder(OneCharacter(element, "content"), element.RequiredIndex("start"), element.RequiredIndex("stop")));
                break;
            case "Replace":
                steps.Add(new ReplaceDecoder(new Replace(Pattern(element, "decoder Replace"), element.RequiredText("content"))));
                break;
            case "Metaspace":
                _ = Splits(element);
                steps.Add(new MetaspaceDecoder(Replacement(element), Scheme(element) != "never"));
                break;
            case "BPEDecoder":
                steps.Add(new SuffixDecoder(element.RequiredText("suffix")));
                break;
            case var type:
                throw Refuse("decoder", type);
        }
    }

    private static TemplatePostProcessor Template(JsonElement element)
    {
        var special = element.Get("special_tokens") ?? throw new TokenizerException("TemplateProcessing has no \"special_tokens\".");
        _ = Pieces(element, "pair", special);
        return new TemplatePostProcessor(Pieces(element, "single", special));
    }

    // The ids of special tokens, and null for the text.
    private static List<int[]?> Pieces(JsonElement element, string name, JsonElement special)
    {
        List<int[]?> pieces = [];
        foreach (var piece in element.RequiredList(name))
        {
            if (piece.Get("SpecialToken") is { } token)
            {
                var id = token.RequiredText("id");
                _ = token.RequiredIndex("type_id");
                pieces.Add(Ids(special.Get(id) ?? throw new TokenizerException($"TemplateProcessing uses '{id}', which its special_tokens lack.")));
            }
            else
            {
                var sequence = piece.Get("Sequence") ?? throw new TokenizerException($"TemplateProcessing has a piece in \"{name}\" that is neither \"SpecialToken\" nor \"Sequence\".");
                _ = sequence.RequiredIndex("type_id");
                var which = sequence.RequiredText("id");
                if (which != "A" && (which != "B" || name == "single"))
                {
                    throw new TokenizerException($"TemplateProcessing names the sequence '{which}' in \"{name}\".");
                }

                pieces.Add(null);
            }
        }

        return pieces;
    }

    private static int[] Ids(JsonElement token)
    {
        var tokens = token.RequiredList("tokens");
        int[] ids = [.. token.RequiredList("ids").Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var value) && value >= 0 ? value : throw JsonFacts.Wrong("ids", "a list of ids", id))];
        _ = token.RequiredText("id");
        return tokens.All(t => t.ValueKind == JsonValueKind.String) ? ids : throw new TokenizerException("TemplateProcessing has a special token whose \"tokens\" are not all texts.");
    }

    private static PostProcessorSequence Roberta(JsonElement element, Func<int, string?> read)
    {
        var steps = new List<PostProcessor>();
        var (trim, prefixSpace) = (element.RequiredFlag("trim_offsets"), element.RequiredFlag("add_prefix_space"));
        if (trim)
        {
            steps.Add(new TrimOffsetsPostProcessor(read, prefixSpace));
        }

        steps.Add(new TemplatePostProcessor([PairId(element, "cls"), null, PairId(element, "sep")]));
        return new PostProcessorSequence(steps);
    }

    // ["[CLS]", 101]
    private static int[] PairId(JsonElement element, string name)
        => element.RequiredList(name) is [{ ValueKind: JsonValueKind.String }, { ValueKind: JsonValueKind.Number } id] && id.TryGetInt32(out var value) && value >= 0
            ? [value]
            : throw new TokenizerException($"The post-processor's \"{name}\" should be a token and its id.");

    private static TokenizerException Refuse(string what, string type)
        => new($"The {what} '{type}' is not supported. LoraDiff reads BPE tokenizers as Qwen, Llama, Mistral, Phi, SmolLM, DeepSeek, GPT-2 and Gemma use them.");
}
