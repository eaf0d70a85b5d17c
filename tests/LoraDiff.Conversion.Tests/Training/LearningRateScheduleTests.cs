using LoraDiff.Conversion.Training;

namespace LoraDiff.Conversion.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(0, 0, 0.1)]
    [InlineData(9, 0.009, 1)]
    [InlineData(700, 0.7, 1)]
    [InlineData(850, 0.85, 0.5)]
    [InlineData(1000, 1, 0)]
    public void Wsd_RisesStaysAndFalls(long step, double progress, double factor)
        => Assert.Equal(factor, LearningRateSchedule.Factor(new TrainingOptions { Steps = 1000, WarmupSteps = 10 }, step, progress), 9);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.55)]
    [InlineData(1, 0.1)]
    public void Cosine_FallsToTheFinalRate(double progress, double factor)
        => Assert.Equal(factor, LearningRateSchedule.Factor(new TrainingOptions { Minutes = 1, WarmupSteps = 0, Schedule = LearningRateShape.Cosine, FinalRate = 0.1 }, 50, progress), 9);

    [Fact]
    public void Warmup_IsAtMostATenthOfAShortRun()
        => Assert.Equal(1, LearningRateSchedule.Factor(new TrainingOptions { Steps = 20, WarmupSteps = 50, Schedule = LearningRateShape.Constant }, 1, 0.05), 9);
}
