using System.Runtime.CompilerServices;

namespace LoraDiff.Adapters;

/// <summary>Rows of embedding tables that are trained as they are: PEFT's <c>trainable_token_indices</c>.</summary>
[CollectionBuilder(typeof(TokenRows), nameof(Of))]
public sealed class TokenRows
{
    private TokenRows(IReadOnlyList<long>? rows, IReadOnlyDictionary<string, IReadOnlyList<long>>? byModule)
        => (Rows, ByModule) = (rows, byModule);

    /// <summary>Token ids of the input embedding, or null where modules are named.</summary>
    public IReadOnlyList<long>? Rows { get; }

    /// <summary>Token ids by embedding module name, or null where only the input embedding is meant.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<long>>? ByModule { get; }

    /// <summary>Rows of the input embedding.</summary>
    public static TokenRows Of(params ReadOnlySpan<long> rows) => new(rows.ToArray(), null);

    /// <summary>Rows by module name (a suffix of the module's path).</summary>
    public static TokenRows In(IReadOnlyDictionary<string, IReadOnlyList<long>> byModule) => new(null, byModule);

    /// <summary>The rows of the input embedding, or those of the first module named.</summary>
    public IEnumerator<long> GetEnumerator() => (Rows ?? [.. ByModule!.Values.SelectMany(rows => rows)]).GetEnumerator();
}
