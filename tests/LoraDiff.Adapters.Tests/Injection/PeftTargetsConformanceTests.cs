using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Adapters.Injection;
using LoraDiff.Adapters.Tests.Trees;
using LoraDiff.Fixtures;

namespace LoraDiff.Adapters.Tests.Injection;

[Trait("Category", "Conformance")]
public sealed class PeftTargetsConformanceTests
{
    private static readonly JsonObject? File = FixtureFolder.Find("peft_targets") is { } folder
        ? JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(folder, "cases.json")))!.AsObject()
        : null;

    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        foreach (var (index, test) in (File?["cases"]?.AsArray() ?? []).Index())
        {
            data.Add(index, $"{test!["model"]} {test["config"]!.ToJsonString()}");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tree_IsAdaptedAsPeftAdaptsIt(int index, string description)
    {
        var test = File!["cases"]![index]!.AsObject();
        var paths = File["modules"]![test["model"]!.GetValue<string>()]!.AsArray().Select(name => name!.GetValue<string>());
        using var tree = NamedTree.Build(paths, tied: description.StartsWith("qwen3", StringComparison.Ordinal));
        var config = test["config"]!.DeepClone().AsObject();
        config["peft_type"] = "LORA";

        if (test.ContainsKey("refused"))
        {
            var error = Assert.Throws<AdapterException>(() => LoraAdapter.Attach(tree, LoraOptions.FromJson(config.ToJsonString())));
            Assert.Contains(NamesIn(test["config"]!.AsObject()), name => error.Message.Contains(name, StringComparison.Ordinal));
            return;
        }

        var options = LoraOptions.FromJson(config.ToJsonString());
        var plan = AdapterPlan.Make(tree, options);
        using var adapter = LoraAdapter.Attach(tree, options);

        var adapted = test["adapted"]!.AsObject();
        Assert.Equal(
            adapted.Select(item => (item.Key, item.Value!["r"]!.GetValue<int>())).Order(),
            plan.Layers.Select(layer => (layer.Node.Path, layer.Rank)).Order());
        Assert.All(plan.Layers, layer => Assert.Equal(adapted[layer.Node.Path]!["scaling"]!.GetValue<double>(), layer.Scaling, 1e-5));
        Assert.Equal(test["trainable_parameters"]!.GetValue<long>(), adapter.Report.Trainable);
        Assert.Equal(
            test["trainable_other"]!.AsArray().Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal),
            plan.Copies.Select(copy => copy.Key[PeftNames.Prefix.Length..]).Order(StringComparer.Ordinal));
    }

    // The keys that the case is about, and every text in them.
    private static IEnumerable<string> NamesIn(JsonObject config) => config
        .Where(item => item.Key != "lora_alpha")
        .SelectMany(item => Texts(item.Value).Prepend(item.Key));

    private static IEnumerable<string> Texts(JsonNode? value) => value switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => [text.GetValue<string>()],
        _ => [],
    };
}
