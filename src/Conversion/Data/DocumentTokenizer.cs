using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Data;

/// <summary>From bytes to tokens: reads a record, renders it, tokenises it and cuts it to length. Safe to use from several threads.</summary>
internal sealed class DocumentTokenizer(IReadOnlyList<InputFile> files, Tokenizer tokenizer, ConversationRenderer renderer, DataOptions options)
{
    private readonly RecordReader _reader = new(files, options);

    public PreparedRecord Prepare(RawBatch batch, RawRecord raw)
    {
        var result = new PreparedRecord { File = raw.File };
        try
        {
            var record = _reader.Read(batch, raw);
            result.IsRead = true;
            var hash = SplitHash(record);
            foreach (var document in renderer.Documents(record, options.Answers))
            {
                try
                {
                    Add(result, record, document, hash);
                }
                catch (DataException e) when (options.SkipBroken)
                {
                    result.Problems.Add(e.Message);
                }
            }
        }
        catch (DataException e)
        {
            result.Error = e;
        }

        return result;
    }

    private void Add(PreparedRecord result, DataRecord record, RenderedDocument document, ulong hash)
    {
        var (ids, start) = Encode(document, record);
        var isText = record.Text is not null;
        if (isText && (options.LongTexts == LongTexts.Window || record.Continues))
        {
            foreach (var window in Windows(ids, record))
            {
                Keep(window, truncated: false);
            }

            return;
        }

        if (ids.Length <= options.MaxLength)
        {
            Keep(new TrainingSample(ids, start, Complete: true, record.Kind), truncated: false);
            return;
        }

        var cut = options.Truncation == Truncation.CutPrompt && !isText ? ids.Length - options.MaxLength : 0;
        if (options.Truncation == Truncation.Drop)
        {
            LeaveOut($"the document has {ids.Length} tokens, more than the longest length ({options.MaxLength})");
        }
        else if (cut > 0 && cut < start)
        {
            Keep(new TrainingSample(ids[cut..], start - cut, Complete: true, record.Kind), truncated: true);
        }
        else if (cut > 0)
        {
            LeaveOut($"the answer alone has {ids.Length - start} tokens, which leaves no room for a prompt in the longest length ({options.MaxLength})");
        }
        else if (start < options.MaxLength)
        {
            Keep(new TrainingSample(ids[..options.MaxLength], start, Complete: false, record.Kind), truncated: true);
        }
        else
        {
            LeaveOut($"the prompt alone fills the longest length ({options.MaxLength} tokens), so nothing is left to learn");
        }

        void Keep(TrainingSample sample, bool truncated) => result.Documents.Add(new PreparedDocument(sample, record.Location, files[result.File].Source, truncated, hash));

        void LeaveOut(string why) => result.Problems.Add($"{record.Location}: {why}; it was left out.");
    }

    private (int[] Ids, int Start) Encode(RenderedDocument document, DataRecord record)
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

        if (!document.IsConversation && options.EndToken && !record.Continues && renderer.EndTokenId is { } end && (ids.Length == 0 || ids[^1] != end))
        {
            ids = [.. ids, end];
        }

        return start < ids.Length ? (ids, start) : throw new DataException($"{record.Location}: there is no token to learn.");
    }

    /// <summary>Cuts a text into documents of at most the longest length; only the last one is complete.</summary>
    private IEnumerable<TrainingSample> Windows(int[] ids, DataRecord record)
    {
        for (var (from, learnt) = (0, 0); learnt < ids.Length;)
        {
            var to = Math.Min(ids.Length, from + options.MaxLength);
            if (ids.Length - to == 1 && to - learnt > 1)
            {
                to--;   // a window of one token has nothing to go by
            }

            yield return new TrainingSample(ids[from..to], learnt - from, Complete: to == ids.Length && !record.Continues, record.Kind);
            learnt = to;
            from = Math.Max(0, to - options.WindowOverlap);
        }
    }

    // By what is asked: the same prompt with another answer, or the same text with another kind, is still on the same side.
    private ulong SplitHash(DataRecord record)
    {
        if (options.EvalShare == 0)
        {
            return 0;
        }

        var asked = record.Text ?? record.Prompt ?? string.Join('\u001e', record.Messages!.TakeWhile(turn => turn.Role != "assistant").Select(turn => turn.Content));
        var bytes = new byte[sizeof(long) + Encoding.UTF8.GetMaxByteCount(asked.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, options.DataSeed);
        var length = Encoding.UTF8.GetBytes(asked.AsSpan().Trim(), bytes.AsSpan(sizeof(long)));
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes.AsSpan(0, sizeof(long) + length)));
    }
}
