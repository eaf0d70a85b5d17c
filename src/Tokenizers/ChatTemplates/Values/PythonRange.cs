using System.Numerics;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>A Python range.</summary>
internal sealed record PythonRange(BigInteger Start, BigInteger Stop, BigInteger Step)
{
    /// <summary>How many numbers it has.</summary>
    public BigInteger Length => Step > 0
        ? BigInteger.Max(0, (Stop - Start + Step - 1) / Step)
        : BigInteger.Max(0, (Start - Stop - Step - 1) / -Step);

    public IEnumerable<object?> Items
    {
        get
        {
            var length = Length;
            for (var i = BigInteger.Zero; i < length; i++)
            {
                yield return Start + (i * Step);
            }
        }
    }
}
