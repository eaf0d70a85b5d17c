using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LoraDiff.Tokenizers.Tests.ChatTemplates;

/// <summary>Corners of Jinja and of Python's values, with what Jinja2 3.1.6 in Hugging Face's set-up made of them (semantics.json).</summary>
public sealed class JinjaSemanticsTests
{
    public static IEnumerable<object[]> Cases() => Case.Of(Read(), "jinja", c => c.GetProperty("template").GetString()!);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Render_OfACorner_DoesWhatJinjaDoes(Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        var variables = new Dictionary<string, object?> { ["messages"] = new[] { ChatMessage.User("hi") } };
        string Render() => ChatTemplate.Parse(c.Text("template")).Render(variables);
        if (c.Json.TryGetProperty("error", out var kind))
        {
            Assert.Equal(kind.GetString(), Assert.Throws<ChatTemplateException>(Render).Kind.ToString());
        }
        else
        {
            Assert.Equal(c.Text("expected"), Render());
        }
    }

    private static JsonElement Read([CallerFilePath] string here = "")
        => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(here)!, "semantics.json"))).RootElement;
}
