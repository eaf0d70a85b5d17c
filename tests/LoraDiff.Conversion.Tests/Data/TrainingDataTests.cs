using LoraDiff.Conversion.Data;
using LoraDiff.Fixtures;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Tests.Data;

public sealed class TrainingDataTests : IDisposable
{
    private const int End = 870, Mask = 887;

    private static readonly Tokenizer Tokens = Tokenizer.FromFolder(Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint"));

    private static readonly ConversationRenderer Chat = new(
        (turns, ask) => string.Concat(turns.Select(t => $"<|im_start|>{t.Role}\n{t.Content}<|im_end|>\n")) + (ask ? "<|im_start|>assistant\n" : ""), End, Mask);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loradiff-data");

    [Fact]
    public void PromptAndCompletion_AreOneChatWhoseAnswerIsLearnt()
    {
        var sample = Assert.Single(Load(Chat, """{"kind": "sums", "prompt": "Compute 40 + 9.", "completion": "49", "answer": "49"}""").Samples);
        Assert.Equal("<|im_start|>user\nCompute 40 + 9.<|im_end|>\n<|im_start|>assistant\n", Tokens.Decode(sample.Ids[..sample.CompletionStart]));
        Assert.Equal("49<|im_end|>\n", Tokens.Decode(sample.Ids[sample.CompletionStart..]));
        Assert.Equal(("sums", true), (sample.Kind, sample.Complete));
    }

    [Fact]
    public void Messages_GiveOneDocumentForEachAnswer()
    {
        var samples = Load(Chat, """{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]}""").Samples;
        Assert.Equal(["b<|im_end|>\n", "d<|im_end|>\n"], samples.Select(s => Tokens.Decode(s.Ids[s.CompletionStart..])));
        Assert.Contains("b<|im_end|>", Tokens.Decode(samples[1].Ids[..samples[1].CompletionStart]), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_IsLearntWholeAndGetsTheEndToken()
    {
        var sample = Assert.Single(Load(Chat, """{"text": "once upon a time"}""").Samples);
        Assert.Equal((0, End), (sample.CompletionStart, sample.Ids[^1]));
        Assert.Equal("once upon a time", Tokens.Decode(sample.Ids[..^1]));
    }

    /// <summary>Bug 26 of the survey: without a template the prompt may merge into the completion; the boundary is that of the whole text's tokens.</summary>
    [Fact]
    public void Boundary_InsideAToken_BelongsToTheCompletion()
    {
        var sample = Assert.Single(Load(Chat with { Render = null }, """{"prompt": "The ans", "completion": "wer is 5"}""").Samples);
        Assert.Equal(Tokens.EncodeToIds("The answer is 5"), sample.Ids[..^1]);
        Assert.StartsWith(" answer is 5", Tokens.Decode(sample.Ids[sample.CompletionStart..]), StringComparison.Ordinal);
        Assert.NotEqual(sample.CompletionStart, Tokens.EncodeToIds("The ans").Count);
    }

    [Fact]
    public void LongAnswer_IsCutOffWithoutAnEndToken_AndCounted()
    {
        var data = Load(Chat, """{"prompt": "Compute 1 + 2.", "completion": "1 + 2 = 3. The answer is 3. The answer is 3. The answer is 3."}""", new DataOptions { MaxLength = 28 });
        var sample = Assert.Single(data.Samples);
        Assert.Equal((28, false, 1), (sample.Ids.Length, sample.Complete, data.Truncated));
        Assert.DoesNotContain(End, sample.Ids[sample.CompletionStart..]);
    }

    /// <summary>Bug 18 of the survey: a prompt that leaves no token to learn is left out and reported.</summary>
    [Fact]
    public void LongPrompt_IsLeftOutAndReported()
    {
        var data = Load(Chat, """{"prompt": "a b c d e f g h i j k l m n o p q r s t u v w x y z", "completion": "z"}""" + "\n" + """{"prompt": "a", "completion": "z"}""", new DataOptions { MaxLength = 16 });
        Assert.Single(data.Samples);
        Assert.Contains(":1:", Assert.Single(data.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\"", "not a line of JSON")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{\"prompt\": \"a\"}", "\"prompt\" and \"completion\"")]
    [InlineData("{\"prompt\": \"a\", \"completion\": 5}", "\"completion\" must be a string")]
    [InlineData("{\"text\": \"a\", \"prompt\": \"b\", \"completion\": \"c\"}", "found text, prompt, completion")]
    [InlineData("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}", "assistant")]
    [InlineData("{\"messages\": [{\"role\": \"user\"}]}", "messages[0] lacks \"content\"")]
    [InlineData("{\"text\": \"what <|fim_pad|> stands for\"}", "mask token")]
    public void BrokenLine_IsNamed_OrSkippedAndReported(string line, string expected)
    {
        var text = """{"text": "fine"}""" + "\n\n" + line + "\n";
        var error = Assert.Throws<DataException>(() => Load(Chat, text));
        Assert.Contains("data.jsonl:3: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);

        var data = Load(Chat, text, new DataOptions { SkipBroken = true });
        Assert.Single(data.Samples);
        Assert.Contains("data.jsonl:3: ", Assert.Single(data.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void File_ThatIsMissingOrEmpty_IsNamed()
    {
        Assert.Contains("nowhere.jsonl", Assert.Throws<DataException>(() => TrainingData.Load("nowhere.jsonl", Tokens, Chat)).Message, StringComparison.Ordinal);
        Assert.Contains("no usable line", Assert.Throws<DataException>(() => Load(Chat, "\n")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_WithoutATemplate_SayWhatIsMissing()
        => Assert.Contains("chat_template", Assert.Throws<DataException>(() => Load(Chat with { Render = null }, """{"messages": [{"role": "assistant", "content": "a"}]}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Template_ThatDoesNotContinueItsPrompt_IsRefused()
    {
        var renderer = Chat with { Render = (turns, ask) => ask ? "Q" : "A" };
        Assert.Contains("does not continue its own prompt", Assert.Throws<DataException>(() => Load(renderer, """{"prompt": "a", "completion": "b"}""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompt_OfARecord_IsTheTextBeforeItsCompletion()
    {
        var record = DataRecord.Parse("""{"prompt": "Compute 40 + 9.", "completion": "49"}""", "x:1");
        var document = Assert.Single(Chat.Documents(record));
        Assert.Equal(document.Text[..document.CompletionStart], Chat.Prompt(record));
    }

    [Fact]
    public void Smallworld_LoadsWhole()
    {
        var data = TrainingData.Load(Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "data", "eval.jsonl"), Tokens, Chat);
        Assert.Equal((600, 0, 0), (data.Samples.Count, data.Truncated, data.Problems.Count));
        Assert.Equal(8, data.Samples.Select(s => s.Kind).Distinct().Count());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private TrainingData Load(ConversationRenderer renderer, string lines, DataOptions? options = null)
    {
        var path = Path.Combine(_folder.FullName, "data.jsonl");
        File.WriteAllText(path, lines);
        return TrainingData.Load(path, Tokens, renderer, options);
    }
}
