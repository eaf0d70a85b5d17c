using LoraDiff.Examples;
using LoraDiff.Fixtures;

namespace LoraDiff.Tokenizers.Tests;

/// <summary>The examples of docs/tokenizers.md and docs/chat-templates.md: every public type has one.</summary>
public sealed class ExampleTests
{
    private static string Checkpoint => Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint");

    [Fact]
    public void EveryPublicType_HasAnExample() => ExampleCoverage.Require(typeof(ExampleTests), typeof(Tokenizer).Assembly.GetExportedTypes(), "tokenizers.md", "chat-templates.md");

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

        AddedToken end = tokenizer.AddedTokens.Single(token => token.Content == "<|im_end|>");
        Assert.True(end.Special);
        EncodedToken first = tokenizer.EncodeToTokens("Hello, world")[0];
        Assert.Equal(ids[0], first.Id);
        TokenOffset place = encoding.CharOffsets[0];
        Assert.Equal(0, place.Start);
        Assert.Equal([ids, ids], tokenizer.EncodeBatch(["Hello, world", "Hello, world"]));
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
        RenderedChat rendered = template.RenderWithMask(messages, AssistantTurns.Last);
        var encoding = tokenizer.Encode(rendered.Text);
        var supervised = rendered.TokenMask(encoding);
        Assert.Equal("A small model.<|im_end|>\n", tokenizer.Decode(encoding.Ids.Where((_, i) => supervised[i])));
    }

    [Fact]
    public void Example_OfTools_Runs()
    {
        var template = ChatTemplate.Parse("{% for m in messages %}{{ m.role }}:{% for c in m.tool_calls or [] %}{{ c.name }}{% endfor %};{% endfor %}{{ tools | length }} {{ enable_thinking }}");
        var calls = new[] { new Dictionary<string, object?> { ["name"] = "add" } };
        var call = new ChatMessage("assistant", null) { Fields = new Dictionary<string, object?> { ["tool_calls"] = calls } };
        var text = template.Render([ChatMessage.User("2 + 2?"), call], variables: new Dictionary<string, object?> { ["tools"] = calls, ["enable_thinking"] = false });
        Assert.Equal("user:;assistant:add;1 False", text);
    }

    [Fact]
    public void Example_OfErrors_Runs()
    {
        var refusal = Assert.Throws<ChatTemplateException>(() => ChatTemplate.FromFolder(Checkpoint).Render([new ChatMessage("critic", "no")]));
        Assert.Equal(ChatTemplateError.Raised, refusal.Kind);
        Assert.Equal("Unknown role: critic", refusal.Message);

        TokenizerException unreadable = Assert.Throws<TokenizerException>(() => Tokenizer.FromJson("{}"u8));
        Assert.NotEmpty(unreadable.Message);
    }
}
