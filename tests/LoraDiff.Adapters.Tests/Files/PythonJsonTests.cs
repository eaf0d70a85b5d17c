using LoraDiff.Adapters.Files;

namespace LoraDiff.Adapters.Tests.Files;

public sealed class PythonJsonTests
{
    // Expected texts: json.dumps(value, indent=2, sort_keys=True) of Python 3.11.
    [Fact]
    public void Write_NestedValues_ReadsAsPythonWritesIt()
        => Assert.Equal(
            "{\n  \"a\": {},\n  \"b\": [\n    1,\n    null,\n    [],\n    {\n      \"c\": true\n    }\n  ]\n}",
            PythonJson.Write(new Dictionary<string, object?> { ["b"] = new object?[] { 1, null, Array.Empty<int>(), new Dictionary<string, object?> { ["c"] = true } }, ["a"] = new Dictionary<string, object?>() }));

    [Theory]
    [InlineData("\"\\\n\t\u0001\u007f", "\"\\\"\\\\\\n\\t\\u0001\\u007f\"")]
    [InlineData("é\U0001F600</>", "\"\\u00e9\\ud83d\\ude00</>\"")]
    public void Write_Text_EscapesAllButPrintableAscii(string text, string json) => Assert.Equal(json, PythonJson.Write(text));

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(0.05, "0.05")]
    [InlineData(1e-05, "1e-05")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(16.0, "16.0")]
    public void Write_Float_IsPythonsRepr(double value, string json) => Assert.Equal(json, PythonJson.Write(value));
}
