namespace LoraDiff.Hub.Cards;

/// <summary>One report of a training run, as the chart of a card shows it.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Diffusion">The diffusion term of the loss.</param>
/// <param name="Autoregressive">The autoregressive term; 0 throughout where the recipe has none.</param>
/// <param name="BlockSize">Block size of the step.</param>
public sealed record LossPoint(long Step, double Diffusion, double Autoregressive, int BlockSize);
