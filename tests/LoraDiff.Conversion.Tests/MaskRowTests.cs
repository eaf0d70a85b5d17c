using LoraDiff.Adapters;

namespace LoraDiff.Conversion.Tests;

public sealed class MaskRowTests
{
    private const int Mask = 9;

    [Fact]
    public void Add_BesideNamedRows_KeepsThemInOrder()
    {
        Assert.Equal([Mask], MaskRow.Add(new(), Mask).TrainableTokens!.Rows);
        Assert.Equal([5, Mask], MaskRow.Add(new() { TrainableTokens = [5] }, Mask).TrainableTokens!.Rows);
        Assert.Equal([Mask, 5], MaskRow.Add(new() { TrainableTokens = [Mask, 5] }, Mask).TrainableTokens!.Rows);
        Assert.Equal([Mask], MaskRow.Add(new() { TrainableTokens = TokenRows.Of() }, Mask).TrainableTokens!.Rows);
    }

    [Theory]
    [InlineData("embed_tokens")]
    [InlineData("tokens")]
    [InlineData("model.embed_tokens")]
    public void Add_BesideRowsOfTheNamedEmbedding_GoesThere(string name)
        => Assert.Equal([5, Mask], Assert.Single(ByModule(name)).Value);

    [Fact]
    public void Add_BesideRowsOfAnotherModule_NamesTheEmbedding()
    {
        var rows = ByModule("other");

        Assert.Equal(["other", "model.embed_tokens"], rows.Keys);
        Assert.Equal([Mask], rows["model.embed_tokens"]);
    }

    /// <summary>Whoever trains the whole embedding, or factors over it, trains that row; asking for it a second time would be refused.</summary>
    [Fact]
    public void Add_WhereTheEmbeddingIsTrained_AddsNothing()
    {
        Assert.Null(MaskRow.Add(new() { ModulesToSave = ["embed_tokens"] }, Mask).TrainableTokens);
        Assert.Null(MaskRow.Add(new() { TargetModules = ["q_proj", "embed_tokens"] }, Mask).TrainableTokens);
        Assert.Null(MaskRow.Add(new() { TargetModules = @".*(q_proj|embed_tokens)" }, Mask).TrainableTokens);
        Assert.NotNull(MaskRow.Add(new() { TargetModules = ["q_proj", "embed_tokens"], ExcludeModules = ["embed_tokens"] }, Mask).TrainableTokens);
        Assert.NotNull(MaskRow.Add(new() { TargetModules = "all-linear", ModulesToSave = ["norm"] }, Mask).TrainableTokens);
    }

    [Theory]
    [InlineData("modules_to_save")]
    [InlineData("target_modules")]
    public void RequireSharedHead_OfATiedModel_NamesSettingTableAndWayOut(string setting)
    {
        LoraOptions Training(params string[] names) => MaskRow.Add(setting == "modules_to_save" ? new() { ModulesToSave = names } : new() { TargetModules = ModulePatterns.Of(names) }, Mask);

        var error = Assert.Throws<RecipeException>(() => MaskRow.RequireSharedHead(Training("lm_head"), Mask, tied: true));

        Assert.All([$"{setting} names lm_head", "model.embed_tokens", "row 9", "Leave lm_head out"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        MaskRow.RequireSharedHead(Training("lm_head"), Mask, tied: false);
        MaskRow.RequireSharedHead(Training("embed_tokens", "lm_head"), Mask, tied: true);
        MaskRow.RequireSharedHead(Training("q_proj"), Mask, tied: true);
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<long>> ByModule(string name)
        => MaskRow.Add(new() { TrainableTokens = TokenRows.In(new Dictionary<string, IReadOnlyList<long>> { [name] = [5] }) }, Mask).TrainableTokens!.ByModule!;
}
