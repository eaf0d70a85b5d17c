namespace LoraDiff.Bench;

/// <summary>Sizes of a Qwen3 model with tied head; the two of <c>peer_bench.py</c>.</summary>
internal sealed record Shape(string Name, int Vocabulary, int Hidden, int Intermediate, int Layers, int Heads, int KeyValueHeads, int HeadSize)
{
    public static Shape Named(string name) => name switch
    {
        "qwen3-0.6b" => new(name, 151936, 1024, 3072, 28, 16, 8, 128),
        "smallworld" => new(name, 960, 192, 512, 4, 6, 2, 32),
        _ => throw new ArgumentException($"No shape is called '{name}'; known are qwen3-0.6b and smallworld."),
    };

    /// <summary>Elements of the seven linear layers of all blocks.</summary>
    public long LinearElements => (long)Layers * Hidden * (2L * Heads * HeadSize + 2L * KeyValueHeads * HeadSize + 3L * Intermediate);

    public long Elements => LinearElements + (long)Vocabulary * Hidden;

    /// <summary>
    /// Elements that backward needs per row of the stream: a layer keeps the inputs of its two norms and of its linears, queries and keys before and after rotation, values, mixed heads, gate and up.
    /// </summary>
    public long SavedElementsPerRow => (long)Layers * (4L * Hidden + 3L * Heads * HeadSize + 3L * KeyValueHeads * HeadSize + 3L * Intermediate);
}
