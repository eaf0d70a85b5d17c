namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>A macro, or the body of a call block.</summary>
/// <param name="Name">Its name; "caller" of a call block.</param>
/// <param name="Parameters">Its parameters with their defaults.</param>
/// <param name="Body">What it renders.</param>
/// <param name="TakesMore">Whether it uses <c>varargs</c>.</param>
/// <param name="TakesNamed">Whether it uses <c>kwargs</c>.</param>
/// <param name="TakesCaller">Whether it uses <c>caller</c>.</param>
internal sealed record MacroBody(
    string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body, bool TakesMore, bool TakesNamed, bool TakesCaller);
