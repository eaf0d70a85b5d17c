namespace LoraDiff.Conversion.Training;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>Its steps or its minutes are used up.</summary>
    Finished,

    /// <summary>It was cancelled; its state has been saved.</summary>
    Cancelled,
}
