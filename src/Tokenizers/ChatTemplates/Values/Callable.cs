namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Something that a template can call.</summary>
/// <param name="Name">Its name, for errors.</param>
/// <param name="Invoke">What it does.</param>
internal sealed record Callable(string Name, Func<Arguments, object?> Invoke);
