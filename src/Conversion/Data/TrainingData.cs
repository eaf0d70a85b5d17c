using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Data;

/// <summary>Tokenised documents, and what had to be left out or cut off on the way.</summary>
/// <param name="Samples">The documents, in the file's order.</param>
/// <param name="Truncated">Documents that were cut off at the longest length; they have no end token.</param>
/// <param name="Problems">One sentence with file and line for each line or document that was left out.</param>
public sealed record TrainingData(IReadOnlyList<TrainingSample> Samples, int Truncated, IReadOnlyList<string> Problems)
{
    /// <summary>Reads and tokenises a JSONL file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tokenizer">Turns text into ids.</param>
    /// <param name="renderer">Turns conversations into text.</param>
    /// <param name="options">Lengths, broken lines.</param>
    /// <param name="cancellationToken">Stops between lines.</param>
    /// <exception cref="DataException">The file cannot be used; the message names the line.</exception>
    public static TrainingData Load(string path, Tokenizer tokenizer, ConversationRenderer renderer, DataOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(renderer);
        options ??= new DataOptions();
        options.Validate();
        List<string> problems = [];
        var records = DataFile.Read(path, options, problems, cancellationToken);
        List<TrainingSample> samples = [];
        var truncated = 0;
        foreach (var record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var document in renderer.Documents(record))
            {
                try
                {
                    if (Tokenise(document, record, tokenizer, renderer, options) is { } sample)
                    {
                        samples.Add(sample);
                        truncated += sample.Complete ? 0 : 1;
                        continue;
                    }

                    problems.Add($"{record.Location}: the prompt alone fills the longest length ({options.MaxLength} tokens), so nothing is left to learn; it was left out.");
                }
                catch (DataException e) when (options.SkipBroken)
                {
                    problems.Add(e.Message);
                }
            }
        }

        return samples.Count > 0
            ? new TrainingData(samples, truncated, problems)
            : throw new DataException($"'{path}' has no document with a token to learn.{(problems.Count > 0 ? $" The first of {problems.Count} problems: {problems[0]}" : "")}");
    }

    /// <returns>Null where the longest length leaves nothing to learn.</returns>
    private static TrainingSample? Tokenise(RenderedDocument document, DataRecord record, Tokenizer tokenizer, ConversationRenderer renderer, DataOptions options)
    {
        // One encoding of the whole text: encoded apart, prompt and completion may split differently where they meet.
        int[] ids;
        var start = 0;
        if (document.CompletionStart == 0)
        {
            ids = [.. tokenizer.EncodeToIds(document.Text, addSpecialTokens: !document.IsConversation)];
        }
        else
        {
            var encoding = tokenizer.Encode(document.Text, addSpecialTokens: !document.IsConversation);
            ids = [.. encoding.Ids];
            while (start < ids.Length && encoding.CharOffsets[start].End <= document.CompletionStart)
            {
                start++;
            }
        }

        if (renderer.MaskTokenId is { } mask && Array.IndexOf(ids, mask) is >= 0 and var at)
        {
            throw new DataException($"{record.Location}: token {at} is the mask token ({mask}), which stands for a missing token and cannot be learnt. Choose another mask token, or take it out of the text.");
        }

        if (!document.IsConversation && renderer.EndTokenId is { } end && (ids.Length == 0 || ids[^1] != end))
        {
            ids = [.. ids, end];
        }

        if (ids.Length == 0 || start >= ids.Length)
        {
            throw new DataException($"{record.Location}: there is no token to learn.");
        }

        if (ids.Length <= options.MaxLength)
        {
            return new TrainingSample(ids, start, Complete: true, record.Kind);
        }

        return start < options.MaxLength ? new TrainingSample(ids[..options.MaxLength], start, Complete: false, record.Kind) : null;
    }
}
