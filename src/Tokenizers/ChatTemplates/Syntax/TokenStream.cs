namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>The tokens of a template, one after another.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    private int _at;

    public Token Current => tokens[_at];

    public Token Peek => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    /// <summary>Takes the current token. The end is never passed.</summary>
    public Token Next()
    {
        var token = tokens[_at];
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    public bool TryTake(string op)
    {
        if (!Current.Is(op))
        {
            return false;
        }

        Next();
        return true;
    }

    public bool TryTakeName(string name)
    {
        if (!Current.IsName(name))
        {
            return false;
        }

        Next();
        return true;
    }

    public void Expect(string op)
    {
        if (!TryTake(op))
        {
            throw Error($"expected '{op}' but found {Current}");
        }
    }

    public Token Expect(TokenKind kind)
        => Current.Kind == kind ? Next() : throw Error($"expected {(kind == TokenKind.Name ? "a name" : new Token(kind, "", 0).ToString())} but found {Current}");

    public ChatTemplateException Error(string what) => new(ChatTemplateError.Syntax, $"The chat template is not valid: {what} (line {Current.Line}).");
}
