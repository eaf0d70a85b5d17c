namespace LoraDiff.Conversion.Data;

/// <summary>What happens to a plain <c>text</c> that is longer than <see cref="DataOptions.MaxLength"/>.</summary>
public enum LongTexts
{
    /// <summary>It becomes several documents, windows one after the other; only the last has the end token and padding.</summary>
    Window,

    /// <summary>It is treated as <see cref="DataOptions.Truncation"/> says.</summary>
    Cut,
}
