namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>Cuts text at the matches of a pattern.</summary>
internal sealed class SplitStage(Splitter splitter, SplitBehavior behavior, bool invert) : PreTokenizer
{
    public override void Cut(EncodeJob job, TextView view, ReadOnlySpan<char> text, int start, int end)
    {
        if (behavior == SplitBehavior.Isolated)
        {
            var piece = text[start..end];
            for (var at = 0; at < piece.Length;)
            {
                var next = splitter.Next(piece, at, out _);
                Pass(job, view, text, start + at, start + next);
                at = next;
            }
        }
        else
        {
            CutWhereMatched(job, view, text, start, end);
        }
    }

    private void CutWhereMatched(EncodeJob job, TextView view, ReadOnlySpan<char> text, int start, int end)
    {
        var piece = text[start..end];
        var pending = 0;
        var previousMatched = false;
        var previousFound = true;
        for (var at = 0; at < piece.Length;)
        {
            var next = splitter.Next(piece, at, out var found);
            var matched = found ^ invert;
            switch (behavior)
            {
                case SplitBehavior.Removed:
                    if (!matched)
                    {
                        Pass(job, view, text, start + at, start + next);
                    }

                    pending = next;
                    break;
                case SplitBehavior.MergedWithPrevious:
                    // A match closes the piece; a gap begins one, also after another gap.
                    if (matched && !previousMatched)
                    {
                        Pass(job, view, text, start + pending, start + next);
                        pending = next;
                    }
                    else if (matched)
                    {
                        Pass(job, view, text, start + at, start + next);
                        pending = next;
                    }
                    else if (at > pending)
                    {
                        Pass(job, view, text, start + pending, start + at);
                        pending = at;
                    }

                    break;
                case SplitBehavior.MergedWithNext:
                    // A match opens a piece, which takes the one gap after it.
                    if (at > pending && (matched || !previousMatched))
                    {
                        Pass(job, view, text, start + pending, start + at);
                        pending = at;
                    }

                    break;
                default:
                    // Between two stretches without a match there is an empty one.
                    if (at > pending && (matched != previousMatched || (!found && !previousFound)))
                    {
                        Pass(job, view, text, start + pending, start + at);
                        pending = at;
                    }

                    break;
            }

            (previousMatched, previousFound) = (matched, found);
            at = next;
        }

        if (pending < piece.Length)
        {
            Pass(job, view, text, start + pending, end);
        }
    }
}
