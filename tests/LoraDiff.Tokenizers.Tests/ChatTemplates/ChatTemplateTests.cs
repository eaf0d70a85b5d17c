using System.Text.Json;
using LoraDiff.Fixtures;

namespace LoraDiff.Tokenizers.Tests.ChatTemplates;

public sealed class ChatTemplateTests
{
    private const string ChatMl = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private static readonly ChatMessage[] Conversation =
        [ChatMessage.System("Be brief."), ChatMessage.User("1+1?"), ChatMessage.Assistant("2"), ChatMessage.User("2+2?"), ChatMessage.Assistant("4 <b>")];

    [Fact]
    public void RenderWithMask_OfTheBundledTemplate_MarksWhatTheAssistantSays()
    {
        var folder = Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint");
        var template = ChatTemplate.FromFolder(folder);
        Assert.True(template.HasGenerationBlocks);
        var rendered = template.RenderWithMask(Conversation);
        Assert.Equal(["2<|im_end|>\n", "4 <b><|im_end|>\n"], rendered.AssistantRanges.Select(range => rendered.Text[range.Start..range.End]));
        Assert.EndsWith("<|im_start|>assistant\n", template.Render(Conversation, addGenerationPrompt: true), StringComparison.Ordinal);
        var tokenizer = Tokenizer.FromFolder(folder);
        var encoding = tokenizer.Encode(rendered.Text);
        var mask = rendered.TokenMask(encoding);
        Assert.Equal("2<|im_end|>\n4 <b><|im_end|>\n", tokenizer.Decode(encoding.Ids.Where((_, i) => mask[i])));
    }

    [Fact]
    public void RenderWithMask_WithoutGenerationBlocks_FindsTheTurnsByPrefixes()
    {
        var rendered = ChatTemplate.Parse(ChatMl).RenderWithMask(Conversation);
        Assert.Equal(["2<|im_end|>\n", "4 <b><|im_end|>\n"], rendered.AssistantRanges.Select(range => rendered.Text[range.Start..range.End]));
        var last = ChatTemplate.Parse(ChatMl).RenderWithMask(Conversation, AssistantTurns.Last);
        Assert.Equal(rendered.AssistantRanges.Skip(1), last.AssistantRanges);
    }

    [Fact]
    public void RenderWithMask_OfATemplateThatChangesEarlierTurns_IsRefusedButForTheLast()
    {
        var template = ChatTemplate.Parse("{% for m in messages %}[{{ m.role }}]{% if m.role == 'assistant' and loop.last %}<think/>{% endif %}{{ m.content }};{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");
        Assert.Equal(ChatTemplateError.NotAPrefix, Assert.Throws<ChatTemplateException>(() => template.RenderWithMask(Conversation)).Kind);
        var last = template.RenderWithMask(Conversation, AssistantTurns.Last);
        Assert.Equal("<think/>4 <b>;", last.Text[last.AssistantRanges[0].Start..last.AssistantRanges[0].End]);
    }

    [Theory]
    [InlineData("{% set ns = namespace(s='xx') %}{% for i in range(100000) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s|length }}", ChatTemplateError.Limit)]
    [InlineData("{{ 'x' * 10000000000 }}", ChatTemplateError.Limit)]
    [InlineData("{{ [0] * 10000000000 }}", ChatTemplateError.Limit)]
    [InlineData("{{ 10 ** 1000000000 }}", ChatTemplateError.Limit)]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", ChatTemplateError.Limit)]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{{ a }} long enough text to fill{% endfor %}{% endfor %}", ChatTemplateError.Limit)]
    [InlineData("{{ 'a'.replace('', 'b' * 1000000).replace('', 'c' * 1000000) }}", ChatTemplateError.Limit)]
    [InlineData("{{ '%10000000000d' % 1 }}", ChatTemplateError.Type)]
    [InlineData("{{ 'x'|center(2000000000) }}", ChatTemplateError.Limit)]
    [InlineData("{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}", ChatTemplateError.Depth)]
    [InlineData("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}", ChatTemplateError.Depth)]
    [InlineData("{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}", ChatTemplateError.Depth)]
    public void Render_OfAHostileTemplate_EndsInAnError(string source, ChatTemplateError kind)
        => Assert.Equal(kind, Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(source).Render([])).Kind);

    [Theory]
    [InlineData("{{", 50_000)]
    [InlineData("{% if x %}", 50_000)]
    [InlineData("{{ not ", 50_000)]
    [InlineData("{{ - - ", 50_000)]
    [InlineData("{{ 1 if ", 50_000)]
    [InlineData("{%", 50_000)]
    public void Parse_OfEndlessNesting_EndsInAnError(string part, int count)
        => Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(string.Concat(Enumerable.Repeat(part, count))));

    [Fact]
    public void Render_OfALongSum_EndsInAnErrorOrTheSum()
    {
        var template = "{{ " + string.Concat(Enumerable.Repeat("1+", 200_000)) + "1 }}";
        Assert.Equal(ChatTemplateError.Depth, Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template).Render([])).Kind);
    }

    [Fact]
    public void Render_WithNetValues_SeesThemAsPythonWould()
    {
        var variables = new Dictionary<string, object?>
        {
            ["n"] = 3, ["d"] = 1.0, ["f"] = 2.5f, ["b"] = true, ["l"] = new[] { 1, 2 }, ["t"] = new Dictionary<string, object?> { ["k"] = null },
            ["j"] = JsonDocument.Parse("""{"a": [1, 2.0]}""").RootElement,
        };
        Assert.Equal("3 1.0 2.5 True [1, 2] {'k': None} {'a': [1, 2.0]}", ChatTemplate.Parse("{{ n }} {{ d }} {{ f }} {{ b }} {{ l }} {{ t }} {{ j }}").Render(variables));
    }

    [Fact]
    public void Render_WithToolCalls_PassesFieldsOn()
    {
        var message = new ChatMessage("assistant", null) { Fields = new Dictionary<string, object?> { ["tool_calls"] = JsonDocument.Parse("""[{"name": "f"}]""").RootElement } };
        Assert.Equal("""f None {"role": "assistant", "content": null, "tool_calls": [{"name": "f"}]}""",
            ChatTemplate.Parse("{{ messages[0].tool_calls[0].name }} {{ messages[0].content }} {{ messages[0]|tojson }}").Render([message]));
    }

    [Fact]
    public void Render_OnManyThreads_GivesTheSame()
    {
        var template = ChatTemplate.Parse(ChatMl);
        var expected = template.Render(Conversation);
        Parallel.For(0, 200, _ => Assert.Equal(expected, template.Render(Conversation)));
    }

    [Fact]
    public void FromFolder_WithTemplatesInTheConfiguration_TakesTheNamedOneAndTheTokens()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """
                {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "chat_template": [{"name": "default", "template": "{{ bos_token }}d"}, {"name": "tool_use", "template": "{{ eos_token }}t"}]}
                """);
            Assert.Equal("<s>d", ChatTemplate.FromFolder(folder).Render([]));
            Assert.Equal("</s>t", ChatTemplate.FromFolder(folder, "tool_use").Render([]));
            Assert.Equal(ChatTemplateError.Loader, Assert.Throws<ChatTemplateException>(() => ChatTemplate.FromFolder(folder, "rag")).Kind);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
