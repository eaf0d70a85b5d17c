using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Analysis;

/// <summary>Where a <see cref="ChatRendering"/> comes from.</summary>
public static class ChatRenderings
{
    /// <summary>One user turn and its reply, as a chat template writes them.</summary>
    /// <param name="template">The checkpoint's template.</param>
    public static ChatRendering FromTemplate(ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return (user, assistant) => assistant is null
            ? template.Render([ChatMessage.User(user)], addGenerationPrompt: true)
            : template.Render([ChatMessage.User(user), ChatMessage.Assistant(assistant)]);
    }

    /// <summary>The prompt and the completion as they are, one after the other: for models without a chat template.</summary>
    public static ChatRendering Plain { get; } = (user, assistant) => user + assistant;
}
