// The main job, end to end: a Qwen3 checkpoint that writes one token at a time becomes a block-diffusion model by LoRA.
using LoraDiff.Conversion;
using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Publishing;
using LoraDiff.Conversion.Training;
using LoraDiff.Samples.Quickstart;
using LoraDiff.Samples.Quickstart.Charts;

if (Settings.Parse(args) is not { } settings)
{
    return 2;
}

using var stop = new StopOnInterrupt();
var samples = EvaluationSample.ReadFile(Path.Combine(settings.Data, "eval.jsonl"), settings.Limit);
using var model = LanguageModel.Load(settings.Checkpoint);
var generation = new GenerationOptions { MaxNewTokens = 128 };

Show.Heading("1. The checkpoint as it is: one token per forward");
var baseline = Evaluate("base, autoregressive", DecodingMode.Autoregressive);

Show.Heading("2. The same checkpoint asked to fill blocks: it was never trained for that");
var before = Evaluate("base, diffusion", DecodingMode.Diffusion, ConversionRecipe.LoraDiff);

Show.Heading($"3. Conversion: {settings.Minutes} minutes of LoRA with the default recipe (Ctrl-C saves and stops)");
var curve = new List<TrainingProgress>();
var request = new ConversionRequest
{
    Model = settings.Checkpoint,
    Data = Path.Combine(settings.Data, "train.jsonl"),
    Output = settings.Adapter,
    Training = new TrainingOptions { Minutes = settings.Minutes, Steps = settings.Steps, Seed = 0 },
    BaseModelName = "smallworld",
    Overwrite = true, // each run of the sample starts afresh
};
var conversion = Show.Training(progress => new LoraDiffConverter().Convert(model, request, progress, stop.Token), curve);
Show.Line(conversion.Parameters.ToString());
if (conversion.Training.Reason == StopReason.Cancelled)
{
    Show.Line($"Stopped. What was learnt in {conversion.Training.Step} steps is in {settings.Adapter}.");
    return 130;
}

Show.Heading("4. The converted model: several tokens per forward");
var after = Evaluate("converted, diffusion", DecodingMode.Diffusion);

Show.Heading("5. Blocks as they fill");
var fresh = Decode(model, show: true);

Show.Heading("6. The adapter is a PEFT folder: loaded again, it says the same");
using (var reloaded = LanguageModel.Load(settings.Checkpoint, settings.Adapter))
{
    var again = Decode(reloaded, show: false);
    if (!fresh.SequenceEqual(again))
    {
        Show.Line("The reloaded adapter gives another text: this is a bug.");
        return 1;
    }
}

Show.Line($"Same texts from {settings.Adapter}: {string.Join(", ", Directory.EnumerateFiles(settings.Adapter).Select(Path.GetFileName).Order())}");

Show.Heading("7. As it would be on the Hub: weights, recipe, tokenizer with the mask token, model card");
EvaluationFile.Add(settings.Adapter, EvaluationFile.Of(baseline, "eval.jsonl", withAdapter: false, "autoregressive", "./quickstart"));
EvaluationFile.Add(settings.Adapter, EvaluationFile.Of(after, "eval.jsonl", withAdapter: true, "block diffusion", "./quickstart"));
var published = AdapterPublishing.SaveToFolder(settings.Adapter, Path.Combine(settings.Out, "published"), options: new() { Checkpoint = settings.Checkpoint });
Show.Line($"{published.Url.LocalPath}: {string.Join(", ", Directory.EnumerateFiles(published.Url.LocalPath).Select(Path.GetFileName).Order())}");
Show.Line($"`loradiff push {settings.Adapter} owner/name` uploads the same in one commit.");

EvaluationReport? trained = null;
if (Directory.Exists(settings.Bundled))
{
    Show.Heading("8. The bundled adapter, made by the same command in more time: full quality at once");
    model.LoadAdapter(settings.Bundled);
    trained = Evaluate("bundled adapter, diffusion", DecodingMode.Diffusion);
    Decode(model, show: true);
}

Show.Heading("Summary");
(string Name, EvaluationReport? Report)[] all = [("base, autoregressive", baseline), ("base, diffusion", before), ($"after {settings.Minutes} minutes", after), ("bundled adapter", trained)];
var measured = all.Where(r => r.Report is not null).Select(r => (r.Name, r.Report!)).ToArray();
Show.Summary(measured);
LossChart.Write(Path.Combine(settings.Out, "loss.svg"), curve);
QualityChart.Write(Path.Combine(settings.Out, "quality.svg"), measured);
Show.Line($"Pictures: {Path.Combine(settings.Out, "loss.svg")} and {Path.Combine(settings.Out, "quality.svg")}");
return 0;

EvaluationReport Evaluate(string name, DecodingMode mode, ConversionRecipe? recipe = null) =>
    Stoppable(() => Show.Evaluation(name, progress => model.Evaluate(samples, generation, mode, recipe, likelihood: false, progress, stop.Token)));

List<string> Decode(LanguageModel decoded, bool show) => Stoppable<List<string>>(() =>
{
    var prompts = samples.DistinctBy(s => s.Kind).Take(3).Select(s => s.Prompt);
    return [.. prompts.Select(prompt => decoded.Generate(prompt, generation, DecodingMode.Diffusion, show ? new BlockView(prompt, decoded.Tokenizer) : null, stop.Token).Text!)];
});

// An interrupt ends the sample with one line.
static T Stoppable<T>(Func<T> work)
{
    try
    {
        return work();
    }
    catch (OperationCanceledException)
    {
        Show.Line("Stopped; nothing was being written.");
        Environment.Exit(130);
        throw;
    }
}
