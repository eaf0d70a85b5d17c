namespace LoraDiff.Conversion.Training;

/// <summary>The learning rate at a point of the run.</summary>
internal static class LearningRateSchedule
{
    /// <summary>The rate as a share of the peak.</summary>
    /// <param name="options">Shape, warm-up and limits.</param>
    /// <param name="step">Steps done before this one.</param>
    /// <param name="progress">How much of the run is done, 0 to 1.</param>
    public static double Factor(TrainingOptions options, long step, double progress)
    {
        var warmup = options.Steps is { } steps ? Math.Min(options.WarmupSteps, (steps + 9) / 10) : options.WarmupSteps;
        var rising = warmup == 0 ? 1 : Math.Min(1, (step + 1.0) / warmup);
        var falling = options.Schedule switch
        {
            LearningRateShape.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            LearningRateShape.Wsd => Math.Min(1, (1 - progress) / options.DecayShare),
            _ => 1,
        };
        return rising * (options.FinalRate + ((1 - options.FinalRate) * falling));
    }
}
