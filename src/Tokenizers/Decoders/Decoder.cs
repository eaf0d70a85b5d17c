namespace LoraDiff.Tokenizers.Decoders;

/// <summary>One step from tokens back to text. Thread-safe.</summary>
internal abstract class Decoder
{
    /// <summary>Rewrites the list of token texts; joined, the last step's list is the text.</summary>
    public abstract List<string> Decode(List<string> tokens);
}
