namespace LoraDiff.Conversion.Training;

/// <summary>How the learning rate moves after the warm-up.</summary>
public enum LearningRateShape
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>Half a cosine from the full rate down to the final one, over the rest of the run.</summary>
    Cosine,

    /// <summary>Warm-up, stable, decay: constant until the last <see cref="TrainingOptions.DecayShare"/> of the run, then a straight line down to the final rate.</summary>
    Wsd,
}
