using LoraDiff.Adapters;
using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion;

/// <summary>A checkpoint ready to use: its model, tokenizer and chat template, and an adapter with its recipe where there is one.</summary>
/// <remarks>One call at a time: the model is shared by everything that this makes.</remarks>
public sealed class LanguageModel : IDisposable
{
    private readonly CheckpointText _text;
    private readonly ConversionRecipe? _mergedRecipe;

    private LanguageModel(CheckpointText text, CausalModel model)
    {
        (_text, Model) = (text, model);
        Recipe = _mergedRecipe = ConversionRecipe.FromFolder(text.Checkpoint.Folder);
    }

    /// <summary>The files.</summary>
    public CheckpointFolder Checkpoint => _text.Checkpoint;

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer => _text.Tokenizer;

    /// <summary>The weights; disposed with this object.</summary>
    public CausalModel Model { get; }

    /// <summary>The attached adapter, or null; disposed with this object.</summary>
    public LoraAdapter? Adapter { get; private set; }

    /// <summary>What the adapter, or a checkpoint that one was merged into, records of its training (<c>loradiff.json</c>), or null.</summary>
    public ConversionRecipe? Recipe { get; private set; }

    /// <summary>Tokens that end an answer.</summary>
    public IReadOnlyList<int> StopTokenIds => _text.StopTokenIds;

    /// <summary>The token that fills up a last block: the checkpoint's padding token, else its last end token.</summary>
    public int PadTokenId => _text.PadTokenId;

    /// <summary>Loads a checkpoint and, where one is named, an adapter for decoding.</summary>
    /// <param name="checkpoint">Folder with <c>config.json</c>, <c>*.safetensors</c> and <c>tokenizer.json</c>.</param>
    /// <param name="adapter">A PEFT folder, or null for the base model alone.</param>
    /// <param name="options">Device, types; null for the defaults.</param>
    /// <exception cref="CheckpointException">The checkpoint cannot be used; the message says why.</exception>
    /// <exception cref="AdapterException">The adapter does not fit the checkpoint.</exception>
    public static LanguageModel Load(string checkpoint, string? adapter = null, ModelLoadOptions? options = null)
    {
        var text = CheckpointText.Open(checkpoint, options);
        var model = CausalModel.Load(checkpoint, options);
        try
        {
            var loaded = new LanguageModel(text, model);
            if (adapter is not null)
            {
                loaded.LoadAdapter(adapter, options?.CancellationToken ?? default);
            }

            model.eval();
            return loaded;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Puts an adapter in the place of the present one.</summary>
    /// <param name="folder">A PEFT folder.</param>
    /// <param name="cancellationToken">Looked at before every tensor; the model is then without an adapter.</param>
    /// <exception cref="AdapterException">It does not fit the checkpoint; the model is then without an adapter.</exception>
    /// <exception cref="RecipeException">Its <c>loradiff.json</c> cannot be used.</exception>
    public void LoadAdapter(string folder, CancellationToken cancellationToken = default)
    {
        var recipe = ConversionRecipe.FromFolder(folder);
        RemoveAdapter();
        Adapter = LoraAdapter.Load(Model, folder, cancellationToken: cancellationToken);
        Recipe = recipe;
        Model.eval();
    }

    /// <summary>Takes the adapter off, so that the model is the checkpoint's again.</summary>
    public void RemoveAdapter()
    {
        Adapter?.Dispose();
        (Adapter, Recipe) = (null, _mergedRecipe);
    }

    /// <summary>One turn of a chat as the model reads it.</summary>
    /// <param name="user">What the user says.</param>
    /// <param name="assistant">The reply, or null to end where it would begin.</param>
    /// <returns>By the checkpoint's chat template; without one, the two texts as they are.</returns>
    /// <exception cref="CheckpointException">The chat template refuses the turn; the message has its words.</exception>
    public string Render(string user, string? assistant = null)
    {
        if (!_text.HasTemplate)
        {
            return user + assistant;
        }

        try
        {
            return _text.Render(assistant is null ? [new DataTurn("user", user)] : [new DataTurn("user", user), new DataTurn("assistant", assistant)], addGenerationPrompt: assistant is null);
        }
        catch (ChatTemplateException e)
        {
            throw new CheckpointException(Checkpoint.Folder, $"the chat template refuses the prompt: {e.Message}", e);
        }
    }

    /// <summary>The ids of a user's prompt, ready for a decoder.</summary>
    /// <param name="user">What the user says.</param>
    public int[] Encode(string user) => [.. Tokenizer.EncodeToIds(Render(user), addSpecialTokens: !_text.HasTemplate)];

    /// <summary>Makes a decoder.</summary>
    /// <param name="mode">How to decode.</param>
    /// <param name="recipe">What diffusion decoding goes by where no adapter records it; refused where an adapter records another.</param>
    /// <param name="blockSize">Another block size than the recipe's, or null.</param>
    /// <exception cref="GenerationException">Diffusion without any recipe, or with one that does not fit the adapter.</exception>
    public ITextDecoder CreateDecoder(DecodingMode mode = DecodingMode.Auto, ConversionRecipe? recipe = null, int? blockSize = null)
    {
        if (mode == DecodingMode.Autoregressive || (mode == DecodingMode.Auto && (recipe ?? Recipe) is null))
        {
            return new ArDecoder(Model, StopTokenIds, Tokenizer);
        }

        var chosen = recipe ?? Recipe ?? throw new GenerationException(Adapter is null
            ? "Diffusion decoding needs an adapter made by LoraDiff, a checkpoint that one was merged into, or a recipe: a base model was not trained for it."
            : $"The adapter has no {ConversionRecipe.FileName}, so how it was trained is not known. Decode it autoregressively, or put the recipe beside it.");
        var profile = DecodingProfile.FromRecipe(WithMaskToken(chosen), StopTokenIds, blockSize: blockSize);
        if (Recipe is not null)
        {
            profile.RequireMatch(Recipe);
        }

        return new BlockDecoder(Model, profile, Tokenizer);
    }

    /// <summary>Answers one prompt.</summary>
    /// <param name="prompt">What the user says.</param>
    /// <param name="options">What to generate; null for the defaults.</param>
    /// <param name="mode">How to decode.</param>
    /// <param name="progress">Receives the state after every forward.</param>
    /// <param name="cancellationToken">Looked at before every forward.</param>
    public GenerationResult Generate(string prompt, GenerationOptions? options = null, DecodingMode mode = DecodingMode.Auto, IProgress<DecodingStep>? progress = null, CancellationToken cancellationToken = default)
        => CreateDecoder(mode).Generate([Encode(prompt)], options, progress, cancellationToken)[0];

    /// <summary>Measures exact-answer accuracy, tokens per forward and likelihood.</summary>
    /// <param name="samples">From <see cref="EvaluationSample.ReadFile"/>.</param>
    /// <param name="options">How to decode; null for the defaults.</param>
    /// <param name="mode">How to decode.</param>
    /// <param name="recipe">As for <see cref="CreateDecoder"/>.</param>
    /// <param name="likelihood">Whether to score the given completions as well.</param>
    /// <param name="progress">Receives a report whenever a sample is decoded.</param>
    /// <param name="cancellationToken">Looked at before every forward.</param>
    public EvaluationReport Evaluate(
        IReadOnlyList<EvaluationSample> samples, GenerationOptions? options = null, DecodingMode mode = DecodingMode.Auto, ConversionRecipe? recipe = null, bool likelihood = true,
        IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
        => new Evaluator(Model, Tokenizer, CreateDecoder(mode, recipe), Render).Evaluate(samples, options, likelihood, progress, cancellationToken: cancellationToken);

    /// <summary>The recipe with the mask token that a conversion of this checkpoint chooses, unless it names one.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="RecipeException">There is no token to choose.</exception>
    public ConversionRecipe WithMaskToken(ConversionRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.MaskTokenId is null ? recipe with { MaskTokenId = MaskToken.Choose(Tokenizer, Model.Config.VocabularySize) } : recipe;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        RemoveAdapter();
        Model.Dispose();
    }

    /// <summary>A fresh adapter for training.</summary>
    internal LoraAdapter AttachFresh(LoraOptions options, long seed, CancellationToken cancellationToken = default)
    {
        RemoveAdapter();
        return Adapter = LoraAdapter.Attach(Model, options, seed: seed, cancellationToken: cancellationToken);
    }

    /// <summary>How training data becomes text: as in <see cref="Render(string, string?)"/>.</summary>
    internal ConversationRenderer Renderer(int maskTokenId) => _text.Renderer(maskTokenId);

    internal void Trained(ConversionRecipe recipe) => Recipe = recipe;
}
