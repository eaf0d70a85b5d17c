using System.Text.Json;
using LoraDiff.Conversion.Data;

namespace LoraDiff.Conversion.Tests.Data;

public sealed class DataRecordTests
{
    [Theory]
    [InlineData("""{"prompt": "Q", "completion": "A", "answer": "x"}""")]
    [InlineData("""{"prompt": "Q", "response": "A"}""")]
    [InlineData("""{"question": "Q", "answer": "A"}""")]
    [InlineData("""{"instruction": "Q", "input": "", "output": "A"}""")]
    [InlineData("""{"query": "Q", "response": "A"}""")]
    [InlineData("""{"problem": "Q", "solution": "A", "answer": "7"}""")]
    [InlineData("""{"input": "Q", "output": "A"}""")]
    [InlineData("""{"prompt": "Q", "completion": "A", "response": "other", "text": null}""")]
    public void UsualNames_AreFound(string line)
    {
        var record = DataRecord.Parse(line, "x:1");
        Assert.Equal(("Q", "A"), (record.Prompt, record.Completion));
    }

    [Fact]
    public void Input_FollowsTheInstruction() => Assert.Equal("Q\n\nI", DataRecord.Parse("""{"instruction": "Q", "input": "I", "output": "A"}""", "x:1").Prompt);

    [Fact]
    public void Conversation_WithFromAndValue_IsRead()
    {
        var record = DataRecord.Parse("""{"prompt": "unused", "conversations": [{"from": "system", "value": "S"}, {"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]}""", "x:1");
        Assert.Equal([new DataTurn("system", "S"), new DataTurn("user", "Q"), new DataTurn("assistant", "A")], record.Messages);
    }

    [Fact]
    public void Messages_KeepToolCallsPartsAndOtherMembers()
    {
        var record = DataRecord.Parse(
            """{"tools": [{"name": "add"}], "messages": [{"role": "user", "content": [{"type": "text", "text": "1"}, {"type": "text", "text": "+1"}]}, {"role": "assistant", "content": null, "tool_calls": [{"name": "add"}]}, {"role": "tool", "name": "add", "content": "2"}, {"role": "assistant", "content": "two"}]}""", "x:1");
        Assert.Equal(["1+1", null, "2", "two"], record.Messages!.Select(m => m.Content));
        Assert.Equal("""[{"name": "add"}]""", Assert.IsType<JsonElement>(record.Messages![1].Fields!["tool_calls"]).GetRawText());
        Assert.Equal("add", Assert.IsType<JsonElement>(record.Messages![2].Fields!["name"]).GetString());
        Assert.Equal("add", record.Tools!.Value[0].GetProperty("name").GetString());
        Assert.Equal("add", DataRecord.Parse("""{"tools": "[{\"name\": \"add\"}]", "messages": [{"role": "assistant", "content": "a"}]}""", "x:1").Tools!.Value[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Columns_AreTakenInsteadOfUsualNames()
    {
        var line = """{"frage": "Q", "loesung": "A", "sys": "S", "mehr": "M", "text": "other", "art": "sums", "zahl": "7"}""";
        var columns = new DataColumns { Prompt = "frage", Completion = "loesung", System = "sys", Input = "mehr", Kind = "art", Answer = "zahl" };
        var record = DataRecord.Parse(line, "x:1", columns);
        Assert.Equal(("Q\n\nM", "A", "S", "sums", "7", null), (record.Prompt, record.Completion, record.System, record.Kind, record.Answer, record.Text));
        Assert.Equal("A", DataRecord.Parse(line, "x:1", new DataColumns { Text = "loesung" }).Text);
    }

    [Theory]
    [InlineData("""{"text": "a", "instruction": "b", "output": "c"}""", "--column text=text")]
    [InlineData("""{"question": "a", "answer": "b", "response": "c"}""", "\"question\" with \"answer\" and \"question\" with \"response\"")]
    [InlineData("""{"messages": [], "conversations": []}""", "--column messages=messages")]
    [InlineData("""{"conversations": [{"from": "martian", "value": "a"}]}""", "is from \"martian\"")]
    [InlineData("""{"conversations": [{"from": "gpt"}]}""", "conversations[0] lacks \"value\"")]
    [InlineData("""{"messages": [{"role": "assistant", "content": [{"type": "image"}]}]}""", "a part that is not text")]
    [InlineData("""{"messages": [{"role": "assistant", "content": "a"}], "tools": 5}""", "\"tools\" must be an array of tools; found number")]
    [InlineData("""{"messages": [{"role": "assistant", "content": "a"}], "tools": "{"}""", "\"tools\" is a text that is not JSON")]
    [InlineData("""{"Text": "a"}""", "found Text")]
    public void WhatDoesNotFit_SaysWhatToDo(string line, string expected)
    {
        var error = Assert.Throws<DataException>(() => DataRecord.Parse(line, "data.jsonl:7"));
        Assert.StartsWith("data.jsonl:7: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Column_ThatALineLacks_IsNamed()
        => Assert.Contains("there is no \"frage\"", Assert.Throws<DataException>(() => DataRecord.Parse("""{"text": "a"}""", "x:1", new DataColumns { Text = "frage" })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("columns.prompt=a")]
    [InlineData("columns.text=a columns.messages=b")]
    [InlineData("columns.input=a")]
    [InlineData("max_length=1")]
    [InlineData("window_overlap=1023")]
    [InlineData("max_line_bytes=0")]
    [InlineData("eval_share=1")]
    [InlineData("eval_limit=0")]
    [InlineData("limit=0")]
    public void Options_OutOfRange_AreRefusedByTheirKey(string settings)
    {
        var options = settings.Split(' ').Aggregate(new DataOptions(), (o, s) => o.With(s.Split('=')[0], s.Split('=')[1]));
        var error = Assert.Throws<RecipeException>(options.Validate);
        Assert.Contains(settings.Split('=', '.')[0], error.Message, StringComparison.Ordinal);
    }
}
