namespace LoraDiff.Conversion.Generation;

/// <summary>Completes prompts with one model: in blocks (<c>BlockDecoder</c>) or token after token (<c>ArDecoder</c>).</summary>
/// <remarks>One call at a time: the model is shared, and an adapter must not be switched while a call or an enumeration is under way.</remarks>
public interface ITextDecoder
{
    /// <summary>How it decodes.</summary>
    DecodingProfile Profile { get; }

    /// <summary>Completes every prompt.</summary>
    /// <param name="prompts">Token ids of each prompt, at least one each.</param>
    /// <param name="options">What to generate; null for the defaults.</param>
    /// <param name="progress">Receives every row's state after every forward.</param>
    /// <param name="cancellationToken">Looked at before every forward.</param>
    /// <returns>One result per prompt, in their order.</returns>
    /// <exception cref="GenerationException">The logits are not numbers, or a prompt cannot be decoded.</exception>
    IReadOnlyList<GenerationResult> Generate(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Completes every prompt and gives their text as it becomes final. A chunk never changes what an earlier one gave.</summary>
    /// <inheritdoc cref="Generate" path="/param"/>
    /// <returns>Chunks in order of time; each row's last holds its result.</returns>
    IEnumerable<GenerationChunk> Stream(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Like <see cref="Stream"/>, each forward on a thread of the pool.</summary>
    /// <inheritdoc cref="Generate" path="/param"/>
    IAsyncEnumerable<GenerationChunk> StreamAsync(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default);
}
