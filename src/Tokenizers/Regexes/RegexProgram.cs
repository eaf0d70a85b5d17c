using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Regexes;

/// <summary>
/// A compiled pattern. Matching backtracks as Oniguruma does, over code points, with a stack of its own, so that long texts cannot overflow the
/// thread's, and with a bound on its steps.
/// </summary>
internal sealed class RegexProgram(Instruction[] code, int slots)
{
    // Oniguruma gives up after as many retries.
    private const int MaximumSteps = 10_000_000;

    /// <summary>The end of the match that begins at a position, or −1.</summary>
    public int Match(ReadOnlySpan<char> text, int start) => Match(text, start, new Stack<Frame>());

    private int Match(ReadOnlySpan<char> text, int start, Stack<Frame> stack)
    {
        var bottom = stack.Count;
        var marks = slots == 0 ? [] : new int[slots];
        var (at, pc, steps) = (start, 0, 0);
        while (true)
        {
            if (++steps > MaximumSteps)
            {
                throw new TokenizerException("A regular expression of the tokenizer takes too many steps on this text.");
            }

            ref readonly var step = ref code[pc];
            var ok = true;
            switch (step.Operation)
            {
                case Operation.Set:
                    ok = at < text.Length && step.Set!.Contains(CharClass.At(text, at, out var length)) && (at += length) >= 0;
                    break;
                case Operation.Loop:
                    ok = Loop(text, step, pc, ref at, stack);
                    break;
                case Operation.Fork:
                    stack.Push(new Frame(step.Second, at, -1, 0));
                    pc = step.First;
                    continue;
                case Operation.Jump:
                    pc = step.First;
                    continue;
                case Operation.Mark:
                    stack.Push(new Frame(-1, marks[step.First], -1, step.First));
                    marks[step.First] = at;
                    break;
                case Operation.Progress:
                    ok = at > marks[step.First];
                    break;
                case Operation.Anchor:
                    ok = Holds(step.Anchor, text, at);
                    break;
                case Operation.Look:
                    ok = (step.Behind ? step.Part!.EndsAt(text, at, stack) : step.Part!.Match(text, at, stack) >= 0) != step.Negative;
                    break;
                case Operation.Atomic:
                    var end = step.Part!.Match(text, at, stack);
                    ok = end >= 0;
                    at = ok ? end : at;
                    break;
                case Operation.Match:
                    Drop(stack, bottom);
                    return at;
            }

            if (ok)
            {
                pc++;
            }
            else if (!Backtrack(text, stack, bottom, marks, out pc, out at))
            {
                return -1;
            }
        }
    }

    private static bool Backtrack(ReadOnlySpan<char> text, Stack<Frame> stack, int bottom, int[] marks, out int pc, out int at)
    {
        while (stack.Count > bottom)
        {
            var frame = stack.Pop();
            if (frame.Pc < 0)
            {
                marks[frame.Slot] = frame.At;
                continue;
            }

            (pc, at) = (frame.Pc, frame.At);
            if (frame.Least >= 0 && frame.At > frame.Least)
            {
                // A greedy loop gives back one character, and may be asked for more.
                _ = CharClass.Before(text, at, out var length);
                at -= length;
                if (at > frame.Least)
                {
                    stack.Push(frame with { At = at });
                }
            }

            return true;
        }

        (pc, at) = (-1, -1);
        return false;
    }

    private static bool Loop(ReadOnlySpan<char> text, in Instruction step, int pc, ref int at, Stack<Frame> stack)
    {
        var set = step.Set!;
        var count = 0;
        while (count < step.First)
        {
            if (at >= text.Length || !set.Contains(CharClass.At(text, at, out var length)))
            {
                return false;
            }

            at += length;
            count++;
        }

        var least = at;
        while ((step.Second < 0 || count < step.Second) && at < text.Length && set.Contains(CharClass.At(text, at, out var length)))
        {
            at += length;
            count++;
        }

        if (at > least && step.Mode == RepeatMode.Greedy)
        {
            stack.Push(new Frame(pc + 1, at, least, 0));
        }

        return true;
    }

    // Whether some match ends here. Lookbehinds are short; the nearest start is tried first.
    private bool EndsAt(ReadOnlySpan<char> text, int at, Stack<Frame> stack)
    {
        for (var start = at; ;)
        {
            if (Match(text[..at], start, stack) == at)
            {
                return true;
            }

            if (start == 0)
            {
                return false;
            }

            _ = CharClass.Before(text, start, out var length);
            start -= length;
        }
    }

    private static bool Holds(AnchorKind kind, ReadOnlySpan<char> text, int at) => kind switch
    {
        AnchorKind.LineStart => at == 0 || (text[at - 1] == '\n' && at < text.Length),
        AnchorKind.LineEnd => at == text.Length || text[at] == '\n',
        AnchorKind.TextStart => at == 0,
        AnchorKind.TextEnd => at == text.Length,
        AnchorKind.TextEndOrLastLine => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        AnchorKind.WordBoundary => IsBoundary(text, at),
        _ => !IsBoundary(text, at),
    };

    private static bool IsBoundary(ReadOnlySpan<char> text, int at)
    {
        var before = at > 0 && CharSet.Word.Contains(CharClass.Before(text, at, out _));
        var after = at < text.Length && CharSet.Word.Contains(CharClass.At(text, at, out _));
        return before != after;
    }

    private static void Drop(Stack<Frame> stack, int bottom)
    {
        while (stack.Count > bottom)
        {
            stack.Pop();
        }
    }

    /// <summary>Where to go on after a failure. Pc −1 restores a mark; Least ≥ 0 belongs to a greedy loop that may give back characters down to there.</summary>
    private readonly record struct Frame(int Pc, int At, int Least, int Slot);
}
