namespace LoraDiff.Tokenizers.Regexes;

/// <summary>Turns a parsed pattern into a program.</summary>
internal sealed class RegexCompiler
{
    private const int MaximumSize = 20_000;

    private readonly List<Instruction> _code = [];
    private int _slots;

    public static RegexProgram Compile(RegexNode node)
    {
        var compiler = new RegexCompiler();
        compiler.Emit(node);
        compiler.Add(new Instruction(Operation.Match));
        return new RegexProgram([.. compiler._code], compiler._slots);
    }

    private int Add(Instruction instruction)
    {
        if (_code.Count >= MaximumSize)
        {
            throw new TokenizerException("A regular expression of the tokenizer is too large.");
        }

        _code.Add(instruction);
        return _code.Count - 1;
    }

    private void Emit(RegexNode node)
    {
        switch (node)
        {
            case RegexNode.One one:
                Add(new Instruction(Operation.Set) { Set = one.Set });
                break;
            case RegexNode.Sequence sequence:
                foreach (var part in sequence.Parts)
                {
                    Emit(part);
                }

                break;
            case RegexNode.Choice choice:
                EmitChoice(choice);
                break;
            case RegexNode.Repeat repeat:
                EmitRepeat(repeat);
                break;
            case RegexNode.Atomic atomic:
                Add(new Instruction(Operation.Atomic) { Part = Compile(atomic.Part) });
                break;
            case RegexNode.Look look:
                Add(new Instruction(Operation.Look) { Part = Compile(look.Part), Behind = look.Behind, Negative = look.Negative });
                break;
            case RegexNode.Anchor anchor:
                Add(new Instruction(Operation.Anchor) { Anchor = anchor.Kind });
                break;
        }
    }

    private void EmitChoice(RegexNode.Choice choice)
    {
        var exits = new List<int>();
        for (var i = 0; i < choice.Options.Count; i++)
        {
            var fork = i + 1 < choice.Options.Count ? Add(new Instruction(Operation.Fork)) : -1;
            Emit(choice.Options[i]);
            if (fork >= 0)
            {
                exits.Add(Add(new Instruction(Operation.Jump)));
                _code[fork] = new Instruction(Operation.Fork) { First = fork + 1, Second = _code.Count };
            }
        }

        foreach (var exit in exits)
        {
            _code[exit] = new Instruction(Operation.Jump) { First = _code.Count };
        }
    }

    private void EmitRepeat(RegexNode.Repeat repeat)
    {
        var (part, least, most, mode) = repeat;
        if (part is RegexNode.One one && mode != RepeatMode.Lazy)
        {
            Add(new Instruction(Operation.Loop) { Set = one.Set, First = least, Second = most, Mode = mode });
            return;
        }

        if (mode == RepeatMode.Possessive)
        {
            Add(new Instruction(Operation.Atomic) { Part = Compile(repeat with { Mode = RepeatMode.Greedy }) });
            return;
        }

        for (var i = 0; i < least; i++)
        {
            Emit(part);
        }

        if (most < 0)
        {
            EmitLoop(part, mode);
            return;
        }

        var forks = new List<int>();
        for (var i = least; i < most; i++)
        {
            forks.Add(Add(new Instruction(Operation.Fork)));
            Emit(part);
        }

        foreach (var fork in forks)
        {
            _code[fork] = Fork(fork + 1, _code.Count, mode);
        }
    }

    private void EmitLoop(RegexNode part, RepeatMode mode)
    {
        var slot = _slots++;
        var fork = Add(new Instruction(Operation.Fork));
        Add(new Instruction(Operation.Mark) { First = slot });
        Emit(part);
        Add(new Instruction(Operation.Progress) { First = slot });
        Add(new Instruction(Operation.Jump) { First = fork });
        _code[fork] = Fork(fork + 1, _code.Count, mode);
    }

    private static Instruction Fork(int inside, int after, RepeatMode mode)
        => mode == RepeatMode.Lazy
            ? new Instruction(Operation.Fork) { First = after, Second = inside }
            : new Instruction(Operation.Fork) { First = inside, Second = after };
}
