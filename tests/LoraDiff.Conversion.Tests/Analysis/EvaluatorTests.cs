using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using LoraDiff.Tokenizers;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Analysis;

public sealed class EvaluatorTests : IDisposable
{
    private static readonly string Folder = Path.Combine(FixtureFolder.Repository, "samples", "smallworld");
    private readonly CausalModel _model = CausalModel.Load(Path.Combine(Folder, "checkpoint"), new ModelLoadOptions { ComputeType = ScalarType.Float32 });
    private readonly Tokenizer _tokenizer = Tokenizer.FromFolder(Path.Combine(Folder, "checkpoint"));
    private readonly IReadOnlyList<EvaluationSample> _samples = EvaluationSample.ReadFile(Path.Combine(Folder, "data", "eval.jsonl"));
    private static readonly ChatRendering Render = ChatRenderings.FromTemplate(ChatTemplate.FromFolder(Path.Combine(Folder, "checkpoint")));
    private readonly IReadOnlyList<int> _stops = CheckpointFolder.Open(Path.Combine(Folder, "checkpoint")).Generation.EosTokenIds;

    public void Dispose() => _model.Dispose();

    // transformers answers 549 of the 600 right in float32, greedily; two engines may differ where two tokens are as likely as each other.
    [Fact]
    public void BundledModel_AnswersAsManyAsUnderTransformers()
    {
        var report = Evaluator(new ArDecoder(_model, _stops, _tokenizer)).Evaluate(_samples);
        Assert.InRange(report.Correct, 547, 551);
        Assert.Equal(600, report.Total);
        Assert.Equal(report.Correct, report.ByKind.Values.Sum(k => k.Correct));
        Assert.Equal(600, report.ByKind.Values.Sum(k => k.Total));
        Assert.Equal(["code", "json", "sort", "spell", "steps", "story", "sums", "where"], report.ByKind.Keys);
        Assert.Equal(1, report.Tpf);
        Assert.InRange(report.NllPerToken!.Value, 0.01, 0.6);
    }

    [Fact]
    public void Rows_AreCountedAsIfAlone()
    {
        var decoder = new ArDecoder(_model, _stops, _tokenizer);
        var samples = _samples.Take(9).ToList();
        var batch = Evaluator(decoder).Evaluate(samples, new GenerationOptions { BatchSize = 4 });
        var alone = Evaluator(decoder).Evaluate(samples, new GenerationOptions { BatchSize = 1 });
        Assert.Equal(alone.Nfe, batch.Nfe);
        Assert.Equal(alone.Results.Select(r => r.Text), batch.Results.Select(r => r.Text));
        Assert.Equal(alone.Right, batch.Right);
    }

    [Fact]
    public void StopStrings_EndTheTextAndTheRow()
    {
        var decoder = new ArDecoder(_model, _stops, _tokenizer);
        var prompt = _tokenizer.EncodeToIds(Render("Rosa has 57 stones. She gives 34 to Sara. How many stones does Rosa have now?", null)).ToArray();
        var whole = decoder.Generate([prompt])[0];
        Assert.Equal(FinishReason.StopToken, whole.FinishReason);
        Assert.Contains(". The", whole.Text, StringComparison.Ordinal);
        var options = new GenerationOptions { StopStrings = [". The"] };
        var cut = decoder.Generate([prompt], options)[0];
        Assert.Equal(FinishReason.StopString, cut.FinishReason);
        Assert.Equal(whole.Text![..whole.Text!.IndexOf(". The", StringComparison.Ordinal)], cut.Text);
        Assert.Equal(whole.TokenIds.Take(cut.TokenIds.Count), cut.TokenIds);
        Assert.True(cut.Nfe < whole.Nfe);
        Assert.Equal(cut.Text, string.Concat(decoder.Stream([prompt], options).Select(c => c.Text)));
    }

    /// <summary>With block-causal clean rows the likelihood is an estimate, and the options' seed is its seed.</summary>
    [Fact]
    public void Likelihood_WhereItIsAnEstimate_IsThatOfTheSeed()
    {
        var profile = new DecodingProfile { BlockSize = 8, Shift = false, CleanHalf = CleanHalf.BlockCausal, GridOrigin = GridOrigin.Completion, MaskTokenId = 1, StopTokenIds = [.. _stops] };
        var evaluator = Evaluator(new BlockDecoder(_model, profile, _tokenizer));
        var samples = _samples.Take(3).ToList();
        double? Nll(long seed) => evaluator.Evaluate(samples, new GenerationOptions { Seed = seed, MaxNewTokens = 8 }).NllPerToken;
        Assert.Equal(Nll(1), Nll(1));
        Assert.NotEqual(Nll(1), Nll(2));
        Assert.Equal(evaluator.Evaluate(samples, new GenerationOptions { MaxNewTokens = 8 }).NllPerToken, Nll(0));
    }

    [Fact]
    public void Progress_EndsWithEverySample_AndStepsCanBeWatched()
    {
        List<EvaluationProgress> reports = [];
        var order = new DenoisingOrder(1);
        var report = Evaluator(new ArDecoder(_model, _stops, _tokenizer)).Evaluate(_samples.Take(5).ToList(), likelihood: false, progress: new Recorder(reports), steps: order);
        Assert.Equal([1, 2, 3, 4, 5], reports.Select(r => r.Done));
        Assert.Equal(report.Correct, reports[^1].Correct);
        Assert.Equal(report.GeneratedTokens, order.Count[0]);
        Assert.Null(report.NllPerToken);
    }

    private Evaluator Evaluator(ITextDecoder decoder) => new(_model, _tokenizer, decoder, Render);

    private sealed class Recorder(List<EvaluationProgress> reports) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => reports.Add(value);
    }
}
