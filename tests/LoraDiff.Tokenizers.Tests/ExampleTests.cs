using LoraDiff.Fixtures;

namespace LoraDiff.Tokenizers.Tests;

/// <summary>The examples of docs/tokenizers.md.</summary>
public sealed class ExampleTests
{
    private static string Checkpoint => Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint");

    [Fact]
    public void Example_OfTheTokenizer_Runs()
    {
        var tokenizer = Tokenizer.FromFolder(Checkpoint);
        var ids = tokenizer.EncodeToIds("Hello, world");
        Assert.Equal("Hello, world", tokenizer.Decode(ids));
        Assert.Equal(ids.Count, tokenizer.CountTokens("Hello, world"));

        var encoding = tokenizer.Encode("Hello, world");
        var pieces = encoding.CharOffsets.Select(offset => "Hello, world"[offset.Start..offset.End]);
        Assert.Equal("Hello, world", string.Concat(pieces));
        Assert.True(tokenizer.IsSpecial(tokenizer.TokenToId("<|im_end|>")!.Value));
    }

    [Fact]
    public void Example_OfStreaming_Runs()
    {
        var tokenizer = Tokenizer.FromFolder(Checkpoint);
        var decoder = tokenizer.CreateStreamingDecoder(skipSpecialTokens: true);
        var shown = "";
        foreach (var id in tokenizer.EncodeToIds("naïve 😀<|im_end|>"))
        {
            shown += decoder.Add(id);
        }

        shown += decoder.Flush();
        Assert.Equal("naïve 😀", shown);
    }

    [Fact]
    public void Example_OfChatTemplates_Runs()
    {
        var template = ChatTemplate.FromFolder(Checkpoint);
        ChatMessage[] messages = [ChatMessage.User("Who are you?"), ChatMessage.Assistant("A small model.")];
        var prompt = template.Render([messages[0]], addGenerationPrompt: true);
        Assert.EndsWith("assistant\n", prompt, StringComparison.Ordinal);

        var tokenizer = Tokenizer.FromFolder(Checkpoint);
        var rendered = template.RenderWithMask(messages);
        var encoding = tokenizer.Encode(rendered.Text);
        var supervised = rendered.TokenMask(encoding);
        Assert.Equal("A small model.<|im_end|>\n", tokenizer.Decode(encoding.Ids.Where((_, i) => supervised[i])));
    }

    [Fact]
    public void Example_OfErrors_Runs()
    {
        var refusal = Assert.Throws<ChatTemplateException>(() => ChatTemplate.FromFolder(Checkpoint).Render([new ChatMessage("critic", "no")]));
        Assert.Equal(ChatTemplateError.Raised, refusal.Kind);
        Assert.Equal("Unknown role: critic", refusal.Message);
    }
}
