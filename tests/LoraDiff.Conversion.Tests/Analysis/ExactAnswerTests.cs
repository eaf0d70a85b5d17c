using System.Text.Json;
using LoraDiff.Conversion.Analysis;
using LoraDiff.Fixtures;

namespace LoraDiff.Conversion.Tests.Analysis;

public class ExactAnswerTests
{
    [Theory]
    [InlineData("57 - 34 = 23. The answer is 23.", "23", null, true)]
    [InlineData("57 - 34 = 23. The answer is 23.\n", "23.", null, true)]
    [InlineData("The answer is 23", " 23 ", null, true)]
    [InlineData("The answer is 23..", "23", null, false)]    // only one full stop is final
    [InlineData("The answer is 24.", "23", null, false)]
    [InlineData("23 is the answer.", "23", null, false)]
    [InlineData("", "23", null, false)]
    [InlineData("She lost a blue bell. They walked home.", "blue bell", "story", true)]
    [InlineData("She lost a red bell.", "blue bell", "story", false)]
    [InlineData("She lost a blue bell. They walked home.", "blue bell", "where", false)]
    public void IsRight_FollowsTheRule(string completion, string answer, string? kind, bool expected)
        => Assert.Equal(expected, ExactAnswer.IsRight(completion, answer, kind));

    [Fact]
    public void BundledSamples_HaveRightCompletions()
    {
        var samples = EvaluationSample.ReadFile(Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "data", "eval.jsonl"));
        Assert.Equal(600, samples.Count);
        Assert.All(samples, s => Assert.True(ExactAnswer.IsRight(s.Completion!, s.Answer, s.Kind), s.Prompt));
        Assert.Equal(8, samples.Select(s => s.Kind).Distinct().Count());
    }

    [Theory]
    [InlineData("""{"completion": "x"}""", "line 2: 'prompt' is missing")]
    [InlineData("""{"prompt": "x"}""", "neither 'answer' nor 'completion'")]
    [InlineData("""{"prompt": 3, "answer": "x"}""", "'prompt' is a JSON Number")]
    [InlineData("""[1]""", "is a JSON Array")]
    [InlineData("""{"prompt": """, "is not a JSON object")]
    public void MalformedLine_IsNamed(string line, string message)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $"{JsonSerializer.Serialize(new { prompt = "a", answer = "b" })}\n{line}\n");
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => EvaluationSample.ReadFile(path)).Message, StringComparison.Ordinal);
            Assert.Equal(new EvaluationSample("a", null, "b", null), EvaluationSample.ReadFile(path, 1).Single());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void EmptyFile_IsAnError()
    {
        var path = Path.GetTempFileName();
        try
        {
            Assert.Throws<InvalidDataException>(() => EvaluationSample.ReadFile(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
