using LoraDiff.Tokenizers.Decoders;
using LoraDiff.Tokenizers.Models;
using LoraDiff.Tokenizers.Normalizers;
using LoraDiff.Tokenizers.PostProcessors;
using LoraDiff.Tokenizers.PreTokenizers;

namespace LoraDiff.Tokenizers.Files;

/// <summary>What a tokenizer.json says, ready to use.</summary>
internal sealed record TokenizerParts
{
    public required BpeModel Model { get; init; }

    /// <summary>Tokens of the vocabulary that are not written in the byte alphabet although the rest is; only their ids matter.</summary>
    public required IReadOnlyDictionary<int, string> OddTokens { get; init; }

    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    public Normalizer? Normalizer { get; init; }

    public required PreTokenizer PreTokenizer { get; init; }

    public PostProcessor? PostProcessor { get; init; }

    /// <summary>The steps of decoding; empty means that tokens are joined by spaces.</summary>
    public required IReadOnlyList<Decoder> Decoders { get; init; }
}
