using LoraDiff.Tokenizers.PreTokenizers;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>The kinds of tokenizers that are compared with the Rust library.</summary>
internal static class TokenizerKinds
{
    private const string ByteLevel = """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}""";
    private const string ByteDecoder = """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""";
    private const string SentencePieceDecoder = """
        {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """;

    private const string Bos = """
        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}}
        """;

    private const string Tricky = """
        [{"content": "<s>", "special": true}, {"content": "<|x|>", "special": true, "lstrip": true}, {"content": "[mask]", "normalized": true, "rstrip": true},
         {"content": "[MASK]", "lstrip": true, "rstrip": true}, {"content": "word", "single_word": true}, {"content": "<|x"}, {"content": "Word", "single_word": true, "normalized": true},
         {"content": "ΓΕΙΆ", "normalized": true}]
        """;

    public static IReadOnlyList<TokenizerKind> All { get; } =
    [
        .. Patterns().Select(pattern => new TokenizerKind(pattern.Name, $$"""
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{{pattern.Stages}}, {{ByteLevel}}]}, "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}, "decoder": {{ByteDecoder}}, "model": {} }
            """) { Bytes = true }),
        new("Qwen2", $$"""
            {"normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{{Split(Llama3)}}, {{ByteLevel}}]}, "decoder": {{ByteDecoder}}, "model": {"continuing_subword_prefix": "", "end_of_word_suffix": ""} }
            """) { Bytes = true, ComparesOffsets = false },
        new("Llama 3", $$"""
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{{Split(Llama3)}}, {{ByteLevel}}]}, "post_processor": {"type": "Sequence", "processors": [{{ByteDecoder}}, {{Bos}}]}, "decoder": {{ByteDecoder}}, "model": {"ignore_merges": true} }
            """) { Bytes = true },
        new("GPT-2", $$"""
            {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}, "post_processor": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}, "decoder": {{ByteDecoder}}, "model": {} }
            """) { Bytes = true, Added = Tricky },
        new("GPT-2 with a prefix space", $$"""
            {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}, "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}, "decoder": {{ByteDecoder}}, "model": {} }
            """) { Bytes = true },
        new("SmolLM", $$"""
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]}, "decoder": {{ByteDecoder}}, "model": {} }
            """) { Bytes = true },
        new("RoBERTa", $$"""
            {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}, "post_processor": {"type": "RobertaProcessing", "sep": ["<|x|>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}, "decoder": {{ByteDecoder}}, "model": {} }
            """) { Bytes = true },
        new("bytes that are not all known", """
            {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}, "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}, "model": {"unk_token": "<unk>"} }
            """) { Alphabet = 60 },
        new("Llama 2", $$"""
            {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}, "post_processor": {{Bos}}, "decoder": {{SentencePieceDecoder}}, "model": {"unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true} }
            """) { Alphabet = 80, ComparesOffsets = false },
        new("Gemma", """
            {"normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}, "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false},
             "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]}, "model": {"unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true} }
            """) { Alphabet = 80, ComparesOffsets = false },
        .. from scheme in new[] { "always", "first", "never" }
           from split in new[] { "true", "false" }
           select new TokenizerKind($"Metaspace {scheme}, split {split}", $$"""
            {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{scheme}}", "split": {{split}}}, "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{{scheme}}", "split": {{split}}}, "model": {"unk_token": "<unk>"} }
            """) { Alphabet = 60, Added = Tricky, ComparesOffsets = false },
        new("unknown characters fused", """
            {"pre_tokenizer": {"type": "Whitespace"}, "model": {"unk_token": "<unk>", "fuse_unk": true} }
            """) { Alphabet = 40 },
        new("unknown characters dropped", """
            {"pre_tokenizer": {"type": "WhitespaceSplit"}, "model": {} }
            """) { Alphabet = 40, ComparesOffsets = false },
        new("suffixes", """
            {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]}, "pre_tokenizer": {"type": "Whitespace"}, "decoder": {"type": "BPEDecoder", "suffix": "</w>"}, "model": {"unk_token": "<unk>", "end_of_word_suffix": "</w>"} }
            """) { Alphabet = 100, ComparesOffsets = false, Added = Tricky },
        new("prefixes", """
            {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}, {"type": "Strip", "strip_left": true, "strip_right": true}]}, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Punctuation", "behavior": "Isolated"}]}, "model": {"unk_token": "<unk>", "continuing_subword_prefix": "##"} }
            """) { Alphabet = 100, ComparesOffsets = false },
        new("NFKD", """
            {"normalizer": {"type": "NFKD"}, "pre_tokenizer": {"type": "Digits", "individual_digits": false}, "model": {"unk_token": "<unk>"} }
            """) { Alphabet = 100, ComparesOffsets = false },
        new("delimiters", """
            {"pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "e"}, "model": {"unk_token": "<unk>"} }
            """) { Alphabet = 100, ComparesOffsets = false },
        .. from behavior in new[] { "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous" }
           from invert in new[] { "true", "false" }
           from pattern in new[] { """{"Regex": "\\s|[aeo]+?"}""", """{"String": "l"}""", """{"Regex": ""}""", """{"Regex": "e|\\b"}""" }
           select new TokenizerKind($"Split {behavior}, invert {invert}, {pattern}", $$"""
            {"pre_tokenizer": {"type": "Split", "pattern": {{pattern}}, "behavior": "{{behavior}}", "invert": {{invert}} }, "model": {"unk_token": "<unk>"} }
            """) { Alphabet = 100 },
    ];

    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static IEnumerable<(string Name, string Stages)> Patterns() =>
    [
        ("pattern of Qwen3.5", Split(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")),
        ("pattern of Tekken", Split(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")),
        ("pattern of GPT-4o", Split(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")),
        ("pattern of GPT-4", Split(@"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s")),
        ("patterns of DeepSeek", string.Join(',', new[] { @"\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+", @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+" }.Select(Split))),
        ("patterns of DeepSeek-Coder", string.Join(',', new[] { @"[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", "[一-龥ࠀ-一가-\uD7FF]+", @"\p{N}" }.Select(Split))),
        ("words and boundaries", Split(@"\w+|\b|[^\w\s]+")),
        ("lines", Split(@"^\S+|\S+$|\h|[[:punct:]&&[^,.]]|(?<=a)b|(?<!\s)\d|\R")),
        ("lazy and possessive", Split(@"[a-z]+?[eo]|(?>[A-Z]+)[a-z]|\d{2,3}?|(?:ab|a)*+b|\s{2}")),
        ("ignoring case", Split("(?i)the|straße|ŒUVRE|[a-f]+|k")),
        ("scripts", Split(@"\p{Han}+|\p{Hiragana}+|\p{Katakana}+|\p{Hangul}+|\P{L}+")),
        (nameof(KnownPatterns.Gpt2), Split(KnownPatterns.Gpt2)),
    ];

    private static string Split(string pattern)
        => $$"""{"type": "Split", "pattern": {"Regex": {{System.Text.Json.JsonSerializer.Serialize(pattern)}}}, "behavior": "Isolated", "invert": false}""";
}
