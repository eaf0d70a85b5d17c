namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>What a missing variable or member gives: prints nothing, is false and empty, and fails when it is used otherwise.</summary>
internal sealed class Undefined(string what, ChatTemplateError kind = ChatTemplateError.Undefined)
{
    /// <summary>The error of using it.</summary>
    public ChatTemplateException Error() => new(kind, what);

    public static Undefined Variable(string name) => new($"'{name}' is undefined.");

    public static Undefined Member(object? of, object? name)
        => new(of is PythonDict or List<object?> or PythonTuple or string && name is not string
            ? $"A {PythonText.TypeName(of)} has no element {PythonText.Repr(name)}."
            : $"A {PythonText.TypeName(of)} has no member {PythonText.Repr(name)}.");

    public static Undefined Unsafe(object? of, string name)
        => new($"Templates may not use '{name}' of a {PythonText.TypeName(of)}.", ChatTemplateError.Sandbox);
}
