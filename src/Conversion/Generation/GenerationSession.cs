using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Models;
using LoraDiff.Tokenizers;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Generation;

/// <summary>One call of a decoder: the rows under way, their cache, and the order of things in a step.</summary>
internal sealed class GenerationSession : IDisposable
{
    private readonly CausalModel _model;
    private readonly DecodingProfile _profile;
    private readonly Tokenizer? _tokenizer;
    private readonly IReadOnlyList<int[]> _prompts;
    private readonly GenerationOptions _options;
    private readonly IProgress<DecodingStep>? _progress;
    private readonly CommitRule _rule;
    private readonly Predictor _predictor;
    private readonly KeyValueCache? _cache;
    private readonly Stack<int> _freeSlots;
    private readonly List<GenerationRow> _active = [];
    private readonly Dictionary<GenerationRow, RowText> _texts = [];
    private readonly int[] _chosen;
    private int _next;

    public GenerationSession(CausalModel model, DecodingProfile profile, Tokenizer? tokenizer, IReadOnlyList<int[]> prompts, GenerationOptions options, IProgress<DecodingStep>? progress)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        options.Validate();
        if (options.StopStrings.Count > 0 && tokenizer is null)
        {
            throw new ArgumentException("Stop strings need a tokenizer; give the decoder one.", nameof(options));
        }

        (_model, _profile, _tokenizer, _prompts, _options, _progress) = (model, profile, tokenizer, prompts, options, progress);
        for (var row = 0; row < prompts.Count; row++)
        {
            CheckPrompt(row, prompts[row]);
        }

        _rule = options.Rule ?? profile.ThresholdRule(options.Threshold);
        _predictor = new Predictor(profile, options);
        _chosen = new int[profile.BlockSize];
        var slots = Math.Min(options.BatchSize, prompts.Count);
        _freeSlots = new Stack<int>(Enumerable.Range(0, slots).Reverse());
        if (slots > 0)
        {
            // Room for a typical answer; longer ones make it grow.
            var capacity = prompts.Max(p => p.Length) + Math.Min(options.MaxNewTokens, 512) + profile.BlockSize;
            var config = model.Config;
            _cache = new KeyValueCache(model.LayerCount, config.KeyValueHeads, config.HeadDim, slots, capacity, model.ComputeType, model.Device);
        }
    }

    public bool IsFinished => _active.Count == 0 && _next == _prompts.Count;

    /// <summary>One forward of every active row, and what it made final.</summary>
    public IReadOnlyList<GenerationChunk> Step(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Admit();
        var stream = new DecodingStream(_profile, _cache!, _options.PrefillChunk);
        foreach (var row in _active)
        {
            _cache!.Reserve(row.BlockEnd);
        }

        foreach (var row in _active)
        {
            stream.Add(row);
        }

        var predictions = Forward(stream);
        stream.Advance();
        List<GenerationChunk> chunks = [];
        for (var first = 0; first < predictions.Length;)
        {
            var row = stream.Targets[first].Row;
            var last = first;
            while (last < predictions.Length && stream.Targets[last].Row == row)
            {
                last++;
            }

            Commit(row, [.. stream.Targets.Skip(first).Take(last - first).Select(t => t.Position)], predictions.AsSpan(first, last - first), chunks);
            first = last;
        }

        _active.RemoveAll(row => row.Finished is not null);
        return chunks;
    }

    public void Dispose() => _cache?.Dispose();

    private void Admit()
    {
        while (_next < _prompts.Count && _freeSlots.TryPop(out var slot))
        {
            var row = new GenerationRow(_next, _prompts[_next], _profile, _options.MaxNewTokens, _model.Config.MaxPositions, !_options.IgnoreStopTokens) { Slot = slot };
            _next++;
            _cache!.Commit(slot, 0);
            _active.Add(row);
            if (_tokenizer is not null)
            {
                _texts[row] = new RowText(_tokenizer, _options.StopStrings);
            }
        }
    }

    private TokenPrediction[] Forward(DecodingStream stream)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var device = _model.Device;
        using var plan = new AttentionPlan(stream.ToSegments(), AttentionPath.Fast, _cache, Rows(stream.CacheRows, device));
        var training = _model.training;
        if (training)
        {
            _model.eval();   // no dropout, also where a trainer evaluates in between
        }

        try
        {
            var hidden = _model.forward(Rows(stream.Ids, device), Rows(stream.Positions, device), plan);
            if (stream.Targets.Count == 0)
            {
                return [];
            }

            var logits = _model.Head(hidden.index_select(0, Rows(stream.HeadRows, device)));
            return _predictor.Predict(logits, stream.Targets);
        }
        finally
        {
            if (training)
            {
                _model.train();
            }
        }
    }

    private void Commit(GenerationRow row, int[] positions, ReadOnlySpan<TokenPrediction> predictions, List<GenerationChunk> chunks)
    {
        var confidence = new float[_profile.BlockSize];
        var masked = new bool[_profile.BlockSize];
        var tokens = new int[_profile.BlockSize];
        var forced = -1;
        for (var i = 0; i < positions.Length; i++)
        {
            var offset = positions[i] - row.BlockStart;
            masked[offset] = true;
            tokens[offset] = predictions[i].Token;
            confidence[offset] = predictions[i].Confidence;
            if (row.IsPredictedByCleanRow(positions[i]))
            {
                // Its predictor sees nothing of the block: waiting would gain nothing and keep the others from seeing it.
                confidence[offset] = float.PositiveInfinity;
                forced = offset;
            }
        }

        var count = _rule.Select(confidence, masked, row.BlockStep, _chosen);
        var chosen = _chosen.AsSpan(0, count).ToArray();
        if (forced >= 0 && !chosen.Contains(forced))
        {
            chosen = [forced, .. chosen];
        }

        var (block, step, start, before) = (row.Block, row.BlockStep, row.BlockStart, row.Frontier);
        row.Commit([.. chosen.Select(o => o + start)], [.. chosen.Select(o => tokens[o])]);
        Report(row, block, step, start, chosen, positions, predictions);
        Emit(row, before, chunks);
    }

    private void Emit(GenerationRow row, int before, List<GenerationChunk> chunks)
    {
        var text = _texts.GetValueOrDefault(row);
        var fresh = row.Tokens[before..row.Frontier];
        text?.Append(fresh);
        if (text is { Stopped: true })
        {
            row.FinishByText();
        }

        var piece = text?.Take(row.Finished is not null);
        if (text is { Stopped: true } && row.Finished != FinishReason.StopString)
        {
            row.FinishByText();   // the last, held-back characters completed a stop string
        }

        if (row.Finished is { } reason)
        {
            _texts.Remove(row);
            _freeSlots.Push(row.Slot);
            chunks.Add(new GenerationChunk(row.Index, piece, fresh.ToArray(), Result(row, text, reason)));
        }
        else if (fresh.Length > 0)
        {
            chunks.Add(new GenerationChunk(row.Index, piece, fresh.ToArray(), null));
        }
    }

    private static GenerationResult Result(GenerationRow row, RowText? text, FinishReason reason) => new()
    {
        Row = row.Index,
        TokenIds = reason == FinishReason.StopString ? row.Generated[..text!.TokenCount].ToArray() : row.Generated.ToArray(),
        Text = text?.Text,
        FinishReason = reason,
        GeneratedTokens = row.Generated.Length + (reason == FinishReason.StopToken ? 1 : 0),
        Nfe = row.Nfe,
    };

    private void Report(GenerationRow row, int block, int step, int start, int[] chosen, int[] positions, ReadOnlySpan<TokenPrediction> predictions)
    {
        if (_progress is null)
        {
            return;
        }

        var tokens = new int[_profile.BlockSize];
        for (var offset = 0; offset < tokens.Length; offset++)
        {
            tokens[offset] = row.Masked[start + offset] ? -1 : row.Tokens[start + offset];
        }

        var confidence = new float[chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            confidence[i] = predictions[Array.IndexOf(positions, chosen[i] + start)].Confidence;
        }

        _progress.Report(new DecodingStep
        {
            Row = row.Index,
            Block = block,
            Step = step,
            Start = start - row.PromptLength,
            Tokens = tokens,
            Committed = chosen,
            Confidence = confidence,
            Nfe = row.Nfe,
        });
    }

    private void CheckPrompt(int row, int[] prompt)
    {
        var (size, positions) = (_model.Config.VocabularySize, _model.Config.MaxPositions);
        if (prompt is null || prompt.Length == 0)
        {
            throw new GenerationException($"Prompt {row} is empty: there is no token to predict from. Give it at least one, for example the chat template's opening.");
        }

        if (prompt.Length >= positions)
        {
            throw new GenerationException($"Prompt {row} has {prompt.Length} tokens, but the model has {positions} positions, prompt and completion together. Shorten it.");
        }

        foreach (var id in prompt)
        {
            if (id < 0 || id >= size)
            {
                throw new GenerationException($"Prompt {row} holds token id {id}, but the model's vocabulary has ids 0 to {size - 1}. Is the tokenizer another model's?");
            }

            if (id == _profile.MaskTokenId)
            {
                throw new GenerationException($"Prompt {row} holds the mask token (id {id}), which stands for a missing token. Remove or escape its text.");
            }
        }
    }

    private static Tensor Rows(IReadOnlyList<int> values, Device device)
    {
        var wide = new long[values.Count];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return tensor(wide, device: device);
    }
}
