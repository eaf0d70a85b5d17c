using System.Text.Json;
using LoraDiff.Fixtures;
using LoraDiff.Tokenizers.ChatTemplates.Running;

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

    /// <summary>What a hostile template allocates in all is bounded, whatever it makes much of, and so are the steps it takes.</summary>
    [Theory]
    [InlineData("{% set s = [1] * 260000000 %}x")]
    [InlineData("{% set s = [1] * 100000000 %}x")]
    [InlineData("{% set s = (1, 2) * 50000000 %}x")]
    [InlineData("{{ 'x' * 200000000 }}")]
    [InlineData("{{ ('a ' * 60000000).split()|length }}")]
    [InlineData("{{ ('a ' * 5000000).split()|length }}")]
    [InlineData("{{ ('a,' * 5000000).split(',')|length }}")]
    [InlineData("{{ ('a ' * 5000000).rsplit()|length }}")]
    [InlineData("{{ ('a\n' * 5000000).splitlines()|length }}")]
    [InlineData("{{ ('x' * 20000000)|list|length }}")]
    [InlineData("{{ ('x' * 20000000)|reverse }}")]
    [InlineData("{{ ('x' * 10000)|join('y' * 100000) }}")]
    [InlineData("{{ ([['x' * 1000] * 1000] * 1000)|join(',') }}")]
    [InlineData("{{ ([[['x' * 1000] * 1000] * 1000] * 1000) }}")]
    [InlineData("{{ ([[['x' * 1000] * 1000] * 1000] * 1000)|tojson }}")]
    [InlineData("{{ [1]|tojson(indent='x' * 10000000) }}{{ [[[[[[[[1]]]]]]]]|tojson(indent='x' * 10000000) }}")]
    [InlineData("{% set a = [[[['x' * 9] * 1000] * 1000] * 1000] %}{% set b = [[[['x' * 9] * 1000] * 1000] * 1000] %}{{ a == b }}")]
    [InlineData("{% set a = ((((1,) * 1000,) * 1000,) * 1000,) * 1000 %}{{ {a: 1}|length }}")]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% set c = [a, b] %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=0) %}{% for a in range(100000) %}{% for b in range(100000) %}{% set ns.x = range(100000)[1:] %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x='x') %}{% for i in range(100) %}{% set ns.x = ns.x * 2 %}{% endfor %}")]
    [InlineData("{% set s = 'x' * 20000000 %}{% for i in range(100000) %}{% set t = s[1:] %}{% endfor %}")]
    [InlineData("{% set s = [1] * 2000000 %}{% for i in range(100000) %}{% set t = s[1:] %}{% endfor %}")]
    [InlineData("{% set s = 'x' * 20000000 %}{% for i in range(100000) %}{% if 'y' in s %}{% endif %}{% endfor %}")]
    [InlineData("{% set s = 'x' * 20000000 %}{% for i in range(100000) %}{% if s.find('y') > 0 %}{% endif %}{% endfor %}")]
    [InlineData("{{ ('x' * 10000000).replace('x', 'yyyyyyyyyy') }}")]
    [InlineData("{{ ('x' * 10000000)|replace('', 'y') }}")]
    [InlineData("{{ ('<' * 5000000)|striptags|length }}")]
    [InlineData("{{ ('<' * 20000000)|escape }}")]
    [InlineData("{{ ('\u00e9' * 20000000)|upper|lower|title|length }}")]
    [InlineData("{{ ('\u00e9' * 20000000)|urlencode|length }}")]
    [InlineData("{{ ('a' * 5000000)|wordwrap(1)|length }}")]
    [InlineData("{{ ('a\n' * 1000000)|indent(10000) }}")]
    [InlineData("{{ ('\t' * 5000000).expandtabs(100) }}")]
    [InlineData("{{ ('%s' * 100000) % (('x' * 100000,) * 100000) }}")]
    [InlineData("{{ ('{0}' * 100000).format('x' * 100000) }}")]
    [InlineData("{{ '{:b}'.format(2 ** 99999) }}")]
    [InlineData("{{ range(100000)|list|sort|map('string')|join }}{{ (range(100000)|list * 100)|sort|length }}")]
    [InlineData("{{ (range(100000)|list * 20)|batch(1)|list|length }}")]
    [InlineData("{{ (range(100000)|list * 20)|map('string')|unique|list|length }}")]
    [InlineData("{{ 'x'|batch(100000000, 1)|list|length }}{{ 'x'|slice(100000000)|list|length }}")]
    [InlineData("{% macro m(n) %}{{ 'x' * 100000 }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}")]
    [InlineData("{% macro m(n) %}{% if n < 40 %}{{ m(n + 1) }}{{ m(n + 1) }}{% endif %}{% endmacro %}{{ m(0) }}")]
    [InlineData("{{ strftime_now('%c' * 10000000)|length }}")]
    public void Render_OfAHostileTemplate_AllocatesLittle_AndEnds(string source)
    {
        var template = ChatTemplate.Parse(source);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var kind = ChatTemplateError.Limit;
        try
        {
            template.Render([]);
        }
        catch (ChatTemplateException e)
        {
            kind = e.Kind;
        }

        // What is checked before it is made, and a step that doubles something.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * Budget.MaximumBytes);
        Assert.Contains(kind, new[] { ChatTemplateError.Limit, ChatTemplateError.Depth });
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
    }

    /// <summary>The bound grows with what is rendered: a long conversation is no attack.</summary>
    [Fact]
    public void Render_OfALongConversation_HasTheMemoryItNeeds()
    {
        ChatMessage[] messages = [.. Enumerable.Range(0, 2000).SelectMany(i => new[] { ChatMessage.User($"{i} {new string('u', 5000)}"), ChatMessage.Assistant($"<think>t</think>{new string('a', 5000)}") })];
        var template = ChatTemplate.Parse("{% for m in messages[::-1] %}{% endfor %}{% for m in messages %}{% set c = m.content.split('</think>')[-1].lstrip('\n') %}{{ '<|im_start|>' + m.role + '\n' + c|trim + '<|im_end|>' + '\n' }}{% endfor %}");
        Assert.Equal(2000 * (10_000 + 61) + Enumerable.Range(0, 2000).Sum(i => $"{i} ".Length), template.Render(messages).Length);
    }

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
