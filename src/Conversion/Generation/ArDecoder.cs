using LoraDiff.Conversion.Models;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Generation;

/// <summary>Plain autoregressive decoding over the same cache, for comparison: one token per forward, from the row before it.</summary>
/// <remarks>With an adapter attached it decodes whatever the model now is; disable the adapter to decode the base.</remarks>
public sealed class ArDecoder : ITextDecoder
{
    private readonly BlockDecoder _decoder;

    /// <summary>Makes a decoder; the model stays the caller's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stopTokenIds">Ids that end a text.</param>
    /// <param name="tokenizer">Needed for texts and stop strings.</param>
    /// <param name="vocabularySize">See <see cref="DecodingProfile.VocabularySize"/>.</param>
    public ArDecoder(CausalModel model, IReadOnlyList<int> stopTokenIds, Tokenizer? tokenizer = null, int? vocabularySize = null)
        // The degenerate block: one token under shift comes from the clean row before it, so the decoder needs no noisy rows at all.
        => _decoder = new BlockDecoder(model, DecodingProfile.Autoregressive(stopTokenIds, vocabularySize), tokenizer);

    /// <inheritdoc/>
    public DecodingProfile Profile => _decoder.Profile;

    /// <inheritdoc/>
    public IReadOnlyList<GenerationResult> Generate(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default)
        => _decoder.Generate(prompts, options, progress, cancellationToken);

    /// <inheritdoc/>
    public IEnumerable<GenerationChunk> Stream(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default)
        => _decoder.Stream(prompts, options, progress, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<GenerationChunk> StreamAsync(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default)
        => _decoder.StreamAsync(prompts, options, progress, cancellationToken);
}
