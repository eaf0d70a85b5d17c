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
            "Strip" => new Strip(element.Flag("strip_left", true), element.Flag("strip_right", true)),
            "StripAccents" => new StripAccents(),
            "Prepend" => new Prepend(element.Text("prepend") ?? ""),
            "Replace" => new Replace(Pattern(element, "normalizer Replace"), element.Text("content") ?? ""),
            "Sequence" => new NormalizerSequence([.. element.List("normalizers").Select(e => Normalizer(e)!)]),
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
            "ByteLevel" => element.Flag("trim_offsets", true) ? new TrimOffsetsPostProcessor(read, element.Flag("add_prefix_space", true)) : null,
            "TemplateProcessing" => Template(element),
            "Sequence" => new PostProcessorSequence([.. element.List("processors").Select(e => PostProcessor(e, read)).OfType<PostProcessor>()]),
            "BertProcessing" => new TemplatePostProcessor([PairId(element, "cls")], [PairId(element, "sep")]),
            "RobertaProcessing" => Roberta(element, read),
            var type => throw Refuse("post-processor", type),
        };
    }

    private static void AddStages(JsonElement element, List<PreTokenizer> stages, ref bool byteLevel)
    {
        var type = element.Type("pre_tokenizer");
        if (type == "Sequence")
        {
            foreach (var part in element.List("pretokenizers"))
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
                if (element.Flag("add_prefix_space", true))
                {
                    stages.Add(new PrefixSpace());
                }

                if (element.Flag("use_regex", true))
                {
                    stages.Add(new SplitStage(new Gpt2Splitter(), SplitBehavior.Isolated, invert: false));
                }

                break;
            case "Split":
                stages.Add(new SplitStage(Pattern(element, "pre-tokenizer Split"), Behavior(element, "behavior", SplitBehavior.Removed), element.Flag("invert", false)));
                break;
            case "Digits":
                stages.Add(new SplitStage(new ClassSplitter(CharClass.Number, element.Flag("individual_digits", false) ? 1 : int.MaxValue), SplitBehavior.Isolated, invert: false));
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
                stages.Add(new SplitStage(new PunctuationSplitter(), Behavior(element, "behavior", SplitBehavior.Isolated), invert: false));
                break;
            case "CharDelimiterSplit":
                stages.Add(new SplitStage(new LiteralSplitter(element.Text("delimiter") ?? ""), SplitBehavior.Removed, invert: false));
                break;
            default:
                throw Refuse("pre-tokenizer", type);
        }
    }

    private static Metaspace Metaspace(JsonElement element)
    {
        var scheme = Scheme(element);
        return new Metaspace(Replacement(element), scheme, element.Flag("split", true));
    }

    private static string Scheme(JsonElement element)
    {
        var scheme = element.Text("prepend_scheme") ?? (element.Flag("add_prefix_space", true) ? "always" : "never");
        return scheme is "always" or "first" or "never"
            ? scheme
            : throw new TokenizerException($"Metaspace has prepend_scheme '{scheme}'; it must be always, first or never.");
    }

    private static char Replacement(JsonElement element)
        => element.Text("replacement") switch
        {
            null => '\u2581',
            { Length: 1 } text => text[0],
            var text => throw new TokenizerException($"Metaspace has the replacement '{text}'; it must be one character of the basic plane."),
        };

    private static Splitter Pattern(JsonElement element, string what)
    {
        var pattern = element.Get("pattern") ?? throw new TokenizerException($"The {what} has no \"pattern\".");
        if (pattern.Text("String") is { } literal)
        {
            return new LiteralSplitter(literal);
        }

        var regex = pattern.Text("Regex") ?? throw new TokenizerException($"The {what} has a pattern that is neither \"String\" nor \"Regex\".");
        return KnownPatterns.Find(regex) ?? RegexSplitter.Parse(regex);
    }

    private static SplitBehavior Behavior(JsonElement element, string name, SplitBehavior otherwise)
        => element.Text(name) switch
        {
            null => otherwise,
            "Removed" => SplitBehavior.Removed,
            "Isolated" => SplitBehavior.Isolated,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            var text => throw Refuse("split behavior", text),
        };

    private static void AddDecoders(JsonElement element, List<Decoder> steps)
    {
        switch (element.Type("decoder"))
        {
            case "Sequence":
                foreach (var part in element.List("decoders"))
                {
                    AddDecoders(part, steps);
                }

                break;
            case "ByteLevel":
                steps.Add(new ByteLevelDecoder());
                break;
            case "ByteFallback":
                steps.Add(new ByteFallbackDecoder());
                break;
            case "Fuse":
                steps.Add(new FuseDecoder());
                break;
            case "Strip":
                steps.Add(new StripDecoder(element.Text("content") ?? " ", element.Number("start", 0), element.Number("stop", 0)));
                break;
            case "Replace":
                steps.Add(new ReplaceDecoder(new Replace(Pattern(element, "decoder Replace"), element.Text("content") ?? "")));
                break;
            case "Metaspace":
                steps.Add(new MetaspaceDecoder(Replacement(element), Scheme(element) != "never"));
                break;
            case "BPEDecoder":
                steps.Add(new SuffixDecoder(element.Text("suffix") ?? "</w>"));
                break;
            case var type:
                throw Refuse("decoder", type);
        }
    }

    private static TemplatePostProcessor Template(JsonElement element)
    {
        var special = element.Get("special_tokens");
        var before = new List<int>();
        var after = new List<int>();
        var target = before;
        foreach (var piece in element.List("single"))
        {
            if (piece.Get("SpecialToken") is { } token)
            {
                var name = token.Text("id") ?? "";
                var ids = special?.Get(name)?.List("ids") ?? throw new TokenizerException($"TemplateProcessing uses '{name}', which its special_tokens lack.");
                target.AddRange(ids.Select(id => id.GetInt32()));
            }
            else if (target == after)
            {
                throw new TokenizerException("TemplateProcessing has its sequence twice in the template of a single text.");
            }
            else
            {
                target = after;
            }
        }

        return new TemplatePostProcessor(before, after);
    }

    private static PostProcessorSequence Roberta(JsonElement element, Func<int, string?> read)
    {
        var steps = new List<PostProcessor>();
        if (element.Flag("trim_offsets", true))
        {
            steps.Add(new TrimOffsetsPostProcessor(read, element.Flag("add_prefix_space", true)));
        }

        steps.Add(new TemplatePostProcessor([PairId(element, "cls")], [PairId(element, "sep")]));
        return new PostProcessorSequence(steps);
    }

    // ["[CLS]", 101]
    private static int PairId(JsonElement element, string name)
        => element.List(name).Skip(1).FirstOrDefault() is { ValueKind: JsonValueKind.Number } id
            ? id.GetInt32()
            : throw new TokenizerException($"The post-processor's \"{name}\" should be a token and its id.");

    private static TokenizerException Refuse(string what, string type)
        => new($"The {what} '{type}' is not supported. LoraDiff reads BPE tokenizers as Qwen, Llama, Mistral, Phi, SmolLM, DeepSeek, GPT-2 and Gemma use them.");
}
