using LoraDiff.Conversion.Generation;

namespace LoraDiff.Conversion.Tests.Generation;

public class DecodingProfileTests
{
    private static readonly ConversionRecipe Recorded = ConversionRecipe.LoraDiff with { MaskTokenId = 7, Threshold = 0.8 };

    [Fact]
    public void FromRecipe_TakesEveryChoiceThatDecodingDependsOn()
    {
        foreach (var recipe in ConversionRecipe.Presets.Select(p => p with { MaskTokenId = 7 }))
        {
            var profile = DecodingProfile.FromRecipe(recipe, [1, 2], 100);
            Assert.Equal(recipe.BlockSchedule.Max, profile.BlockSize);
            Assert.Equal((recipe.Shift, recipe.CleanHalf, recipe.GridOrigin, recipe.Threshold), (profile.Shift, profile.CleanHalf, profile.GridOrigin, profile.Threshold));
            Assert.Equal(recipe.CommitOrder == CommitOrder.LeftToRight ? CommitRule.Prefix(recipe.Threshold) : CommitRule.Threshold(recipe.Threshold), profile.ThresholdRule());
            Assert.Equal(7, profile.MaskTokenId);
            Assert.Equal([1, 2], profile.StopTokenIds);
            profile.RequireMatch(recipe);
        }
    }

    [Fact]
    public void RecipeWithoutMaskToken_IsRefused()
        => Assert.Contains("mask_token_id", Assert.Throws<GenerationException>(() => DecodingProfile.FromRecipe(ConversionRecipe.LoraDiff, [])).Message, StringComparison.Ordinal);

    public static TheoryData<string, DecodingProfile> Mismatches
    {
        get
        {
            var profile = DecodingProfile.FromRecipe(Recorded, []);
            return new TheoryData<string, DecodingProfile>
            {
                { "token shift is off", profile with { Shift = false } },
                { "clean rows are BlockCausal", profile with { CleanHalf = CleanHalf.BlockCausal } },
                { "the block grid starts at the Sequence", profile with { GridOrigin = GridOrigin.Sequence } },
                { "the block size is 32, trained with 1 to 16", profile with { BlockSize = 32 } },
                { "the mask token is 8, trained with 7", profile with { MaskTokenId = 8 } },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void AnotherRecipeThanRecorded_IsRefusedWithTheDifference(string message, DecodingProfile profile)
        => Assert.Contains(message, Assert.Throws<GenerationException>(() => profile.RequireMatch(Recorded)).Message, StringComparison.Ordinal);

    [Fact]
    public void SmallerBlocksThanTrained_AreAllowed()
        => Assert.Equal(4, DecodingProfile.FromRecipe(Recorded, [], blockSize: 4).BlockSize);

    [Fact]
    public void LargerBlocksThanTrained_AreRefused()
        => Assert.Throws<GenerationException>(() => DecodingProfile.FromRecipe(Recorded, [], blockSize: 17));
}
