using LoraDiff.Conversion.Training;

namespace LoraDiff.Conversion.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Theory]
    [InlineData("minutes", "0", "minutes")]
    [InlineData("batch_size", "0", "batch_size")]
    [InlineData("learning_rate", "-1", "learning_rate")]
    [InlineData("beta2", "1", "beta2")]
    [InlineData("decay_share", "0", "decay_share")]
    [InlineData("keep_checkpoints", "0", "keep_checkpoints")]
    public void Validate_ValueOutOfRange_NamesTheKey(string key, string value, string named)
    {
        var options = new TrainingOptions { Steps = 10 }.With(key, value);
        Assert.Contains(named, Assert.Throws<RecipeException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WithoutALimit_SaysSo() => Assert.Contains("minutes", Assert.Throws<RecipeException>(new TrainingOptions().Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void With_KnownKeys_SetsThem()
    {
        var options = new TrainingOptions { Minutes = 3 }.With("schedule", "cosine").With("learning_rate", "1e-3").With("gradient_checkpointing", "true").With("minutes", "null").With("steps", "7");
        options.Validate();
        Assert.Equal(new TrainingOptions { Steps = 7, Schedule = LearningRateShape.Cosine, LearningRate = 1e-3, GradientCheckpointing = true }, options);
    }
}
