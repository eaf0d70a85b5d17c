namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>Several normalizers, one after another.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public override TextView Normalize(TextView view, bool tracked)
    {
        foreach (var step in steps)
        {
            view = step.Normalize(view, tracked);
        }

        return view;
    }
}
