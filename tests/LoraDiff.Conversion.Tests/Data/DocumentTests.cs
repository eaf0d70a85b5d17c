using LoraDiff.Conversion.Data;

namespace LoraDiff.Conversion.Tests.Data;

/// <summary>How records become documents of limited length, in which order, how often, and on which side of a split.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 3)]
    [InlineData(7, 5)]
    public void LongText_IsWindowed_AndLearntOnce(int length, int overlap)
    {
        for (var words = 1; words < 40; words++)
        {
            var text = string.Join(' ', Enumerable.Range(0, words));
            var samples = DataFolder.Load(_folder.Write("data.jsonl", $$"""{"text": "{{text}}", "kind": "k"}"""), new DataOptions { MaxLength = length, WindowOverlap = overlap }).Samples;
            int[] whole = [.. DataFolder.Tokens.EncodeToIds(text), DataFolder.End];
            Assert.Equal(whole, samples.SelectMany(s => s.Ids[s.CompletionStart..]));
            Assert.All(samples, s => Assert.InRange(s.Ids.Length, 2, length));
            Assert.All(samples.Skip(1), s => Assert.Equal(overlap, s.CompletionStart));
            Assert.Equal([.. Enumerable.Repeat(false, samples.Count - 1), true], samples.Select(s => s.Complete));
            Assert.All(samples, s => Assert.Equal("k", s.Kind));
        }
    }

    [Fact]
    public void LongText_CanBeCutInstead()
    {
        var data = DataFolder.Load(_folder.Write("data.jsonl", """{"text": "a b c d e f g h i j k l"}"""), new DataOptions { MaxLength = 5, LongTexts = LongTexts.Cut });
        Assert.Equal((1, 5, false, 1), (data.Samples.Count, data.Samples[0].Ids.Length, data.Samples[0].Complete, data.Truncated));
    }

    [Theory]
    [InlineData(Truncation.CutEnd)]
    [InlineData(Truncation.CutPrompt)]
    [InlineData(Truncation.Drop)]
    public void LongPrompt_IsTreatedAsTheOptionSays(Truncation truncation)
    {
        var path = _folder.Write("data.jsonl", """{"prompt": "a b c d e f g h i j k l", "completion": " m n o p"}""" + "\n" + """{"prompt": "q", "completion": " r"}""");
        var whole = DataFolder.Load(path, renderer: DataFolder.Chat with { Render = null }).Samples[0];
        var length = whole.Ids.Length - 3;
        var data = DataFolder.Load(path, new DataOptions { MaxLength = length, Truncation = truncation }, DataFolder.Chat with { Render = null });
        var cut = data.Samples[0];
        switch (truncation)
        {
            case Truncation.CutEnd:
                Assert.Equal((whole.Ids[..length], whole.CompletionStart, false, 1), (cut.Ids, cut.CompletionStart, cut.Complete, data.Truncated), new SampleComparer());
                break;
            case Truncation.CutPrompt:
                Assert.Equal((whole.Ids[3..], whole.CompletionStart - 3, true, 1), (cut.Ids, cut.CompletionStart, cut.Complete, data.Truncated), new SampleComparer());
                break;
            default:
                Assert.Single(data.Samples);
                Assert.Contains("data.jsonl:1: the document has", Assert.Single(data.Problems), StringComparison.Ordinal);
                break;
        }
    }

    [Fact]
    public void Answer_ThatLeavesNoRoomForItsPrompt_IsLeftOut()
    {
        var path = _folder.Write("data.jsonl", """{"prompt": "q", "completion": " a b c d e f g h i j k l"}""" + "\n" + """{"prompt": "q", "completion": " r"}""");
        var data = DataFolder.Load(path, new DataOptions { MaxLength = 6, Truncation = Truncation.CutPrompt }, DataFolder.Chat with { Render = null });
        Assert.Equal([" r<|im_end|>"], DataFolder.Learnt(data.Samples));
        Assert.Contains("the answer alone has", Assert.Single(data.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void EndToken_CanBeLeftOut()
        => Assert.Equal(["a"], DataFolder.Learnt(DataFolder.Load(_folder.Write("data.jsonl", """{"text": "a"}"""), new DataOptions { EndToken = false }).Samples));

    [Fact]
    public void Answers_CanBeTheLastOnly()
    {
        var path = _folder.Write("data.jsonl", """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]}""");
        Assert.Equal(["d<|im_end|>\n"], DataFolder.Learnt(DataFolder.Load(path, new DataOptions { Answers = AnswerChoice.Last }).Samples));
    }

    [Fact]
    public void Tools_ReachTheTemplate_AndAreRefusedWithoutOneThatTakesThem()
    {
        var path = _folder.Write("data.jsonl", """{"tools": [{"name": "add"}], "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}""");
        Assert.Contains("data.jsonl:1: \"tools\" are given", Assert.Throws<DataException>(() => DataFolder.Load(path)).Message, StringComparison.Ordinal);

        var renderer = DataFolder.Chat with { RenderWithTools = (turns, tools, ask) => tools.GetRawText() + DataFolder.Chat.Render!(turns, ask) };
        var sample = Assert.Single(DataFolder.Load(path, renderer: renderer).Samples);
        Assert.StartsWith("""[{"name": "add"}]<|im_start|>user""", DataFolder.Tokens.Decode(sample.Ids), StringComparison.Ordinal);
    }

    /// <summary>The real way of tools and tool calls: a checkpoint's template gets both.</summary>
    [Fact]
    public void Tools_AndToolCalls_ReachACheckpointsTemplate()
    {
        var text = WithTemplate("{% if tools %}T:{{ tools[0].name }} {% endif %}{% for m in messages %}{{ m.role }}:{{ m.content or '' }}{% for c in m.tool_calls or [] %}[{{ c.name }}]{% endfor %};{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}");
        var path = _folder.Write("data.jsonl", """{"tools": [{"name": "add"}], "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "tool_calls": [{"name": "add"}]}, {"role": "tool", "content": "2"}, {"role": "assistant", "content": "two"}]}""");
        var samples = TrainingData.Load(path, text.Tokenizer, text.Renderer()).Samples;
        Assert.Equal(["T:add user:a;assistant:[add];", "T:add user:a;assistant:[add];tool:2;assistant:two;"], samples.Select(s => text.Tokenizer.Decode(s.Ids)));
    }

    private const string TwoAnswers = """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}, {"role": "user", "content": "e"}]}""";

    // Decoding would begin an answer with "<think>", which the text with an answer does not: by prefixes this template cannot be used.
    private const string Blocks = "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}{{ '\n' }}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n<think>{% endif %}";

    /// <summary>What transformers' return_assistant_tokens_mask marks: the blocks, no more; what stands before is the prompt, what stands after belongs to no document.</summary>
    [Fact]
    public void Conversation_OfATemplateWithGenerationBlocks_LearnsTheBlocks()
    {
        var text = WithTemplate(Blocks);
        var path = _folder.Write("data.jsonl", TwoAnswers + "\n" + """{"prompt": "p", "completion": "q"}""");
        var samples = TrainingData.Load(path, text.Tokenizer, text.Renderer()).Samples;
        const string First = "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>", Second = First + "\n<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\nd<|im_end|>";
        Assert.Equal([First, Second, "<|im_start|>user\np<|im_end|>\n<|im_start|>assistant\nq<|im_end|>"], samples.Select(s => text.Tokenizer.Decode(s.Ids)));
        Assert.Equal(["b<|im_end|>", "d<|im_end|>", "q<|im_end|>"], DataFolder.Learnt(samples));
        Assert.Equal(["d<|im_end|>", "q<|im_end|>"], DataFolder.Learnt(TrainingData.Load(path, text.Tokenizer, text.Renderer(), new DataOptions { Answers = AnswerChoice.Last }).Samples));
    }

    [Fact]
    public void Conversation_OfATemplateWithoutGenerationBlocks_LearnsWhatFollowsThePrompt()
    {
        var plain = Blocks.Replace("{% generation %}", "", StringComparison.Ordinal).Replace("{% endgeneration %}", "", StringComparison.Ordinal);
        var path = _folder.Write("data.jsonl", TwoAnswers);
        var text = WithTemplate(plain.Replace("<think>", "", StringComparison.Ordinal));
        Assert.Equal(["b<|im_end|>\n", "d<|im_end|>\n"], DataFolder.Learnt(TrainingData.Load(path, text.Tokenizer, text.Renderer()).Samples));

        text = WithTemplate(plain);
        Assert.Contains("does not continue its own prompt", Assert.Throws<DataException>(() => TrainingData.Load(path, text.Tokenizer, text.Renderer())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conversation_OfWhichTheBlocksMarkNothing_IsABrokenLine()
    {
        var text = WithTemplate("{% for m in messages %}{{ m.content }};{% if m.role == 'nobody' %}{% generation %}{{ m.content }}{% endgeneration %}{% endif %}{% endfor %}");
        var error = Assert.Throws<DataException>(() => TrainingData.Load(_folder.Write("data.jsonl", TwoAnswers), text.Tokenizer, text.Renderer()));
        Assert.Contains("data.jsonl:1: the chat template's generation blocks mark nothing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_SayHowOftenDocumentsCome_TheSameForTheSameSeed()
    {
        var once = _folder.Write("once.jsonl", Lines("o", 10));
        var often = _folder.Write("often.jsonl", Lines("p", 10));
        string[] Learnt(long seed) => DataFolder.Learnt(DataFolder.Load(new DataSources(new DataSource(once), DataSource.Parse(often + "@2.5")), new DataOptions { EndToken = false, DataSeed = seed }).Samples);
        var counts = Learnt(1).CountBy(t => t).ToDictionary();
        Assert.All(counts, c => Assert.InRange(c.Value, c.Key[0] == 'o' ? 1 : 2, c.Key[0] == 'o' ? 1 : 3));
        Assert.Equal((35, 5), (counts.Values.Sum(), counts.Count(c => c.Value == 3)));
        Assert.Equal(Learnt(1), Learnt(1));
        Assert.NotEqual(Learnt(1), Learnt(2));

        Assert.Equal(4, DataFolder.Load(new DataSources(new DataSource(once, 0.4))).Samples.Count);
    }

    [Theory]
    [InlineData("a.jsonl@0")]
    [InlineData("a.jsonl@-1")]
    [InlineData("a.jsonl@x")]
    public void Weight_ThatIsNone_IsRefused(string text) => Assert.Contains("weight", Assert.Throws<DataException>(() => DataSource.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Path_WithAnAt_IsAPathWhereItIsThere()
    {
        var path = _folder.Write("mail@2", """{"text": "a"}""");
        Assert.Equal(new DataSource(path), DataSource.Parse(path));
        Assert.Equal(new DataSource("me@home/a.jsonl"), DataSource.Parse("me@home/a.jsonl"));
    }

    /// <summary>A record's side depends on what it asks only: not on its place, its file, its white space or its answer.</summary>
    [Fact]
    public void Split_KeepsDuplicatesTogether_AndIsTheSameForTheSameSeed()
    {
        var lines = string.Concat(Enumerable.Range(0, 400).Select(i => $$"""{"prompt": "Q{{i}}", "completion": "a"}""" + "\n" + $$"""{"completion": "b", "prompt": "Q{{i}} "}""" + "\n"));
        var path = _folder.Write("data.jsonl", lines);
        var options = new DataOptions { EvalShare = 0.25, EvalLimit = 1000 };
        var data = DataFolder.Load(path, options);
        Assert.Equal(800, data.Samples.Count + data.Evaluation.Count);
        Assert.InRange(data.Evaluation.Count, 140, 260);
        static HashSet<string> Asked(IEnumerable<TrainingSample> samples) => [.. samples.Select(s => DataFolder.Tokens.Decode(s.Ids[..s.CompletionStart]).Replace(" <", "<", StringComparison.Ordinal))];
        Assert.Empty(Asked(data.Samples).Intersect(Asked(data.Evaluation)));

        var backwards = DataFolder.Load(_folder.Write("other.jsonl", string.Join('\n', lines.Split('\n').Reverse())), options);
        Assert.Equal(Asked(data.Evaluation).Order(), Asked(backwards.Evaluation).Order());
        Assert.NotEqual(Asked(data.Evaluation).Order(), Asked(DataFolder.Load(path, options with { DataSeed = 1 }).Evaluation).Order());
        Assert.Empty(DataFolder.Load(path).Evaluation);
        Assert.Equal(DataFolder.Facts(data.Evaluation.Take(20)), DataFolder.Facts(DataFolder.Load(path, options with { EvalLimit = 20 }).Evaluation));
    }

    [Fact]
    public void Shuffle_TakesEveryRecordOnce_InAnOrderOfItsSeed()
    {
        DataSources sources = new(new DataSource(_folder.Write("a.jsonl", Lines("a", 50))), new DataSource(_folder.Write("b.txt", "plain")));
        string[] Learnt(DataOptions options) => DataFolder.Learnt(DataFolder.Load(sources, options with { EndToken = false }).Samples);
        var plain = Learnt(new DataOptions());
        var shuffled = Learnt(new DataOptions { Shuffle = true, DataSeed = 4 });
        Assert.NotEqual(plain, shuffled);
        Assert.Equal(plain.Order(), shuffled.Order());
        Assert.Equal(shuffled, Learnt(new DataOptions { Shuffle = true, DataSeed = 4 }));
        Assert.NotEqual(shuffled, Learnt(new DataOptions { Shuffle = true, DataSeed = 5 }));
        Assert.Equal(shuffled[..7], Learnt(new DataOptions { Shuffle = true, DataSeed = 4, Limit = 7 }));
    }

    [Fact]
    public void Limit_CountsRecordsThatCanBeRead_AndLooksNoFurther()
    {
        var path = _folder.Write("data.jsonl", "broken\n" + Lines("a", 3) + "broken\n");
        Assert.Equal(2, DataFolder.Load(path, new DataOptions { Limit = 2, SkipBroken = true }).Samples.Count);
        Assert.Equal(3, DataFolder.Load(_folder.Write("more.jsonl", Lines("a", 3) + "broken\n"), new DataOptions { Limit = 3 }).Samples.Count);
    }

    public void Dispose() => _folder.Dispose();

    private CheckpointText WithTemplate(string template)
    {
        foreach (var file in Directory.EnumerateFiles(DataFolder.Checkpoint).Where(f => !f.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            File.Copy(file, _folder.At(Path.GetFileName(file)), overwrite: true);
        }

        _folder.Write("chat_template.jinja", template);
        return CheckpointText.Open(_folder.Root);
    }

    private static string Lines(string prefix, int count) => string.Concat(Enumerable.Range(0, count).Select(i => $$"""{"text": "{{prefix}}{{i}}"}""" + "\n"));

    private sealed class SampleComparer : IEqualityComparer<(int[] Ids, int Start, bool Complete, int Truncated)>
    {
        public bool Equals((int[] Ids, int Start, bool Complete, int Truncated) x, (int[] Ids, int Start, bool Complete, int Truncated) y)
            => x.Ids.AsSpan().SequenceEqual(y.Ids) && (x.Start, x.Complete, x.Truncated) == (y.Start, y.Complete, y.Truncated);

        public int GetHashCode((int[] Ids, int Start, bool Complete, int Truncated) obj) => obj.Ids.Length;
    }
}
