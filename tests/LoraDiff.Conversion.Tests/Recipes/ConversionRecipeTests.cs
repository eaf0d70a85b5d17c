namespace LoraDiff.Conversion.Tests.Recipes;

public sealed class ConversionRecipeTests
{
    public static TheoryData<string> PresetNames => [.. ConversionRecipe.Presets.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(PresetNames))]
    public void Preset_WrittenAndRead_IsTheSame(string name)
    {
        var preset = ConversionRecipe.FromName(name) with { MaskTokenId = 887 };
        preset.Validate();
        Assert.Equal(preset, ConversionRecipe.FromJson(preset.ToJson()));
    }

    [Theory]
    [InlineData("efficient-dlm", "EfficientDlm")]
    [InlineData("NBDIFF", "NBDiff")]
    [InlineData("lora_diff", "LoraDiff")]
    public void FromName_OtherSpelling_FindsThePreset(string spelling, string name) => Assert.Equal(name, ConversionRecipe.FromName(spelling).Name);

    [Fact]
    public void FromName_Unknown_NamesThePresets()
    {
        var error = Assert.Throws<RecipeException>(() => ConversionRecipe.FromName("Sdar"));
        Assert.Contains("LoraDiff, NBDiff, EfficientDlm", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Presets_HaveThePapersChoices()
    {
        var nbdiff = ConversionRecipe.NBDiff;
        Assert.Equal((CleanHalf.TokenCausal, true, DiffusionWeight.Flat, 0.5, MaskSampling.Uniform), (nbdiff.CleanHalf, nbdiff.Shift, nbdiff.DiffusionWeight, nbdiff.ArWeight, nbdiff.MaskSampling));
        Assert.Equal([1, 1, 2, 4, 8, 16, 32, 32], new[] { 0L, 499, 500, 1000, 1500, 2000, 2500, 4000 }.Select(s => nbdiff.BlockSchedule.SizeAt(s)));

        var edlm = ConversionRecipe.EfficientDlm;
        Assert.Equal((CleanHalf.BlockCausal, false, DiffusionWeight.InverseT, 0.0, 0.1), (edlm.CleanHalf, edlm.Shift, edlm.DiffusionWeight, edlm.ArWeight, edlm.HalfLifeRatio));
        Assert.Equal(16, edlm.BlockSchedule.SizeAt(12345));
    }

    [Fact]
    public void Json_Keys_AreSnakeCase()
    {
        var json = ConversionRecipe.LoraDiff.ToJson();
        Assert.Contains("\"clean_half\": \"token_causal\"", json, StringComparison.Ordinal);
        Assert.Contains("\"growth_share\": 0.3", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ar_wieght": 1}""", "ar_wieght")]
    [InlineData("""{"block_schedule": {"maximum": 4}}""", "block_schedule.maximum")]
    [InlineData("""{"ar_weight": "much"}""", "ar_weight")]
    [InlineData("""{"clean_half": "none"}""", "token_causal, block_causal")]
    [InlineData("""{"block_schedule": null}""", "block_schedule")]
    [InlineData("""[1]""", "object")]
    [InlineData("""{"name": """, "not JSON")]
    [InlineData("""{"block_schedule": {"max": 0}}""", "block_schedule.max")]
    [InlineData("""{"block_schedule": {"initial": 2, "max": 8, "ratio": 1}}""", "block_schedule.ratio")]
    [InlineData("""{"half_life_ratio": 0}""", "half_life_ratio")]
    [InlineData("""{"min_noise": 1}""", "min_noise")]
    [InlineData("""{"noise_scope": "sequence"}""", "antithetic")]
    public void FromJson_UnusableValue_NamesTheKey(string json, string key)
    {
        var error = Assert.Throws<RecipeException>(() => ConversionRecipe.FromJson(json));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Bug 17 of the survey: the autoregressive term silently absent.</summary>
    [Fact]
    public void Validate_ArLossWithBlockCausalCleanHalf_IsRefused()
    {
        var error = Assert.Throws<RecipeException>((ConversionRecipe.EfficientDlm with { ArWeight = 0.5 }).Validate);
        Assert.Contains("ar_weight", error.Message, StringComparison.Ordinal);
        Assert.Contains("clean_half", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ar_weight", "0.25")]
    [InlineData("block_schedule.max", "32")]
    [InlineData("clean_half", "block_causal")]
    [InlineData("block_schedule.growth_share", "null")]
    [InlineData("shift", "false")]
    [InlineData("mask_token_id", "887")]
    public void With_KnownKey_SetsIt(string key, string value)
    {
        var changed = ConversionRecipe.LoraDiff.With(key, value);
        Assert.NotEqual(ConversionRecipe.LoraDiff, changed);
        Assert.Contains(key, ConversionRecipe.Keys);
    }

    [Theory]
    [InlineData("block_size", "4", "block_schedule.max")]
    [InlineData("block_schedule", "4", "an object")]
    [InlineData("ar_weight", "lots", "a finite number")]
    [InlineData("shift", "yes", "true or false")]
    [InlineData("noise_scope", "batch", "sequence, block")]
    [InlineData("ar_weight.x", "4", "ar_weight.x")]
    public void With_UnusableValue_NamesKeyAndExpectation(string key, string value, string expected)
    {
        var error = Assert.Throws<RecipeException>(() => ConversionRecipe.LoraDiff.With(key, value));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GrowthShare_SpreadsThePlateausEvenly()
    {
        var schedule = new BlockSchedule { Initial = 2, Max = 16, GrowthShare = 0.3 };
        Assert.Equal([2, 2, 4, 8, 16, 16], new[] { 0, 0.09, 0.11, 0.25, 0.31, 1 }.Select(p => schedule.SizeAt(0, p)));
        Assert.Throws<InvalidOperationException>(() => schedule.SizeAt(3));
    }

    [Fact]
    public void Growth_ThatOvershootsTheMaximum_IsCut()
    {
        var schedule = new BlockSchedule { Initial = 1, Ratio = 4, Every = 10, Start = 5, Max = 24 };
        Assert.Equal([1, 1, 4, 16, 24, 24], new[] { 0L, 14, 15, 25, 35, 1_000_000 }.Select(s => schedule.SizeAt(s)));
    }

    [Fact]
    public void Save_ThenFromFolder_IsTheSame()
    {
        var folder = Directory.CreateTempSubdirectory("loradiff-recipe");
        try
        {
            Assert.Null(ConversionRecipe.FromFolder(folder.FullName));
            ConversionRecipe.NBDiff.Save(folder.FullName);
            Assert.Equal(ConversionRecipe.NBDiff, ConversionRecipe.FromFolder(folder.FullName));
            Assert.Equal([ConversionRecipe.FileName], folder.GetFiles().Select(f => f.Name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
