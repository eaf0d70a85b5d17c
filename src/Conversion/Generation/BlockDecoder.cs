using System.Runtime.CompilerServices;
using LoraDiff.Conversion.Models;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Generation;

/// <summary>Decodes block after block: starts each from mask tokens, commits several positions per forward, and caches the keys of finished ones.</summary>
/// <remarks>
/// A finished block's keys are written by the forward that takes the next block's first step, in the pattern and layout of training, so
/// committing a block costs no forward. Rows of a batch are independent: each has the result that it would have alone.
/// </remarks>
public sealed class BlockDecoder : ITextDecoder
{
    private readonly CausalModel _model;
    private readonly Tokenizer? _tokenizer;

    /// <summary>Makes a decoder; the model stays the caller's.</summary>
    /// <param name="model">The model, with its adapter attached and enabled.</param>
    /// <param name="profile">How it was trained to be decoded.</param>
    /// <param name="tokenizer">Needed for texts and stop strings.</param>
    /// <exception cref="GenerationException">The profile does not fit the model's vocabulary.</exception>
    public BlockDecoder(CausalModel model, DecodingProfile profile, Tokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(profile);
        profile.Validate(model.Config.VocabularySize);
        (_model, _tokenizer) = (model, tokenizer);
        Profile = tokenizer is null || profile.VocabularySize is not null ? profile : profile with { VocabularySize = HighestId(tokenizer, model.Config.VocabularySize) + 1 };
    }

    /// <inheritdoc/>
    public DecodingProfile Profile { get; }

    /// <inheritdoc/>
    public IReadOnlyList<GenerationResult> Generate(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        var results = new GenerationResult[(prompts ?? throw new ArgumentNullException(nameof(prompts))).Count];
        foreach (var chunk in Stream(prompts, options, progress, cancellationToken))
        {
            if (chunk.Result is { } result)
            {
                results[result.Row] = result;
            }
        }

        return results;
    }

    /// <inheritdoc/>
    public IEnumerable<GenerationChunk> Stream(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        using var session = new GenerationSession(_model, Profile, _tokenizer, prompts, options ?? new GenerationOptions(), progress);
        while (!session.IsFinished)
        {
            // Step opens and closes its own scope and grad mode: none is alive while the caller runs.
            foreach (var chunk in session.Step(cancellationToken))
            {
                yield return chunk;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GenerationChunk> StreamAsync(IReadOnlyList<int[]> prompts, GenerationOptions? options = null, IProgress<DecodingStep>? progress = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var session = new GenerationSession(_model, Profile, _tokenizer, prompts, options ?? new GenerationOptions(), progress);
        while (!session.IsFinished)
        {
            foreach (var chunk in await Task.Run(() => session.Step(cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                yield return chunk;
            }
        }
    }

    /// <summary>The last row of the embedding that is a token: tables are padded, and what is learned of the rest is noise.</summary>
    private static int HighestId(Tokenizer tokenizer, int rows)
    {
        var id = rows - 1;
        while (id > 0 && tokenizer.IdToToken(id) is null)
        {
            id--;
        }

        return id;
    }
}
