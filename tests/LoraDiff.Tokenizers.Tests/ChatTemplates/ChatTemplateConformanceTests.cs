using System.Text.Json;
using LoraDiff.Fixtures;

namespace LoraDiff.Tokenizers.Tests.ChatTemplates;

/// <summary>Renderings and errors that Jinja2 recorded. The third-party templates among them lie only in the shared fixtures.</summary>
[Trait("Category", "Conformance")]
public sealed class ChatTemplateConformanceTests
{
    private static readonly Dictionary<string, ChatTemplateError> Kinds = new(StringComparer.Ordinal)
    {
        ["raise"] = ChatTemplateError.Raised,
        ["undefined"] = ChatTemplateError.Undefined,
        ["type"] = ChatTemplateError.Type,
        ["syntax"] = ChatTemplateError.Syntax,
        ["filter"] = ChatTemplateError.Filter,
        ["test"] = ChatTemplateError.Test,
        ["loader"] = ChatTemplateError.Loader,
        ["sandbox"] = ChatTemplateError.Sandbox,
        ["assign"] = ChatTemplateError.Assignment,
        ["depth"] = ChatTemplateError.Depth,
    };

    public static IEnumerable<object[]> Renderings() => Cases().Where(row => !IsError((Case)row[0]));

    public static IEnumerable<object[]> Errors() => Cases().Where(row => IsError((Case)row[0]));

    [Theory]
    [MemberData(nameof(Renderings))]
    public void Render_Case_GivesTheRecordedText(Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        var rendered = Render(c);
        Assert.Equal(c.Text("expected"), rendered.Text);
        if (c.Json.TryGetProperty("generation", out var generation))
        {
            var expected = generation.EnumerateArray().Select(text => text.GetString()!).Where(text => text.Length > 0);
            Assert.Equal(expected, rendered.AssistantRanges.Select(range => rendered.Text[range.Start..range.End]));
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Render_ErrorCase_FailsInTheRecordedWay(Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        var error = Assert.Throws<ChatTemplateException>(() => Render(c));
        Assert.Equal(Kinds[c.Text("kind")], error.Kind);
        if (error.Kind == ChatTemplateError.Raised)
        {
            Assert.Equal(c.Text("message"), error.Message);
        }
    }

    private static RenderedChat Render(Case c)
    {
        var template = ChatTemplate.Parse(c.Text("template"));
        var timed = template.WithClock(new FixedClock());
        return timed.RenderWithMask(c.Json.GetProperty("context").EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value));
    }

    private static bool IsError(Case c) => c.Json.TryGetProperty("error", out var error) && error.GetBoolean();

    private static IEnumerable<object[]> Cases()
        => Case.Of(
            JsonDocument.Parse(File.ReadAllBytes(FixtureFolder.Require("chat_templates", "cases.json")), new JsonDocumentOptions { MaxDepth = 512 }).RootElement,
            "chat_templates",
            c => c.GetProperty("name").GetString()!);
}
