using LoraDiff.Tokenizers.ChatTemplates;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Syntax;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers;

/// <summary>
/// A chat template: the Jinja text that a model's authors publish to turn messages into a prompt. Immutable and thread-safe. Templates come from
/// downloaded repositories, so a rendering is bounded in steps, text and depth, cannot change its inputs and reaches nothing outside of them.
/// </summary>
public sealed class ChatTemplate
{
    // Characters that are looked through for what generation blocks rendered.
    private const long MaximumSearch = 1L << 30;

    private readonly IReadOnlyList<Statement> _statements;
    private readonly IReadOnlyDictionary<string, object?> _defaults;

    private ChatTemplate(IReadOnlyList<Statement> statements, bool hasGeneration, IReadOnlyDictionary<string, object?> defaults)
        => (_statements, HasGenerationBlocks, _defaults) = (statements, hasGeneration, defaults);

    /// <summary>Whether the template says itself what the assistant says, by <c>{% generation %}</c> blocks.</summary>
    public bool HasGenerationBlocks { get; }

    /// <summary>The clock that <c>strftime_now</c> reads. Default the system's.</summary>
    public TimeProvider Clock { get; private init; } = TimeProvider.System;

    /// <summary>Reads a template.</summary>
    /// <param name="source">The Jinja text.</param>
    /// <exception cref="ChatTemplateException">The text is not a chat template.</exception>
    public static ChatTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Parse(source, new Dictionary<string, object?>());
    }

    /// <summary>
    /// Reads the template of a checkpoint's folder: <c>chat_template.jinja</c>, or <c>chat_template</c> in <c>tokenizer_config.json</c>. The special tokens
    /// named there (<c>bos_token</c> and others) become variables.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Which template, where the model has several. Default "default".</param>
    /// <exception cref="ChatTemplateException">There is no template, or it cannot be read.</exception>
    public static ChatTemplate FromFolder(string folder, string name = "default")
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(name);
        var (source, file, variables) = TemplateFolder.Read(folder, name);
        try
        {
            return Parse(source, variables);
        }
        catch (ChatTemplateException e)
        {
            throw new ChatTemplateException(e.Kind, $"{file}: {e.Message}");
        }
    }

    /// <summary>The same template with another clock.</summary>
    /// <param name="clock">The clock that <c>strftime_now</c> reads.</param>
    public ChatTemplate WithClock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new ChatTemplate(_statements, HasGenerationBlocks, _defaults) { Clock = clock };
    }

    /// <summary>The text of a conversation.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="addGenerationPrompt">Whether to end with what invites the assistant to speak. Default false.</param>
    /// <param name="variables">More variables, such as <c>tools</c>, <c>bos_token</c> or <c>enable_thinking</c>.</param>
    /// <exception cref="ChatTemplateException">The template refuses the messages or fails.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt = false, IReadOnlyDictionary<string, object?>? variables = null)
        => Run(Variables(messages, addGenerationPrompt, variables)).Text;

    /// <summary>The text that a template gives for just these variables; nothing is added to them.</summary>
    /// <param name="variables">Text, numbers, truth values, lists, dictionaries, JSON or messages by name.</param>
    /// <exception cref="ChatTemplateException">The template fails.</exception>
    public string Render(IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return Run((PythonDict)ValueReader.Read(variables)!).Text;
    }

    /// <summary>
    /// The text of a conversation and what of it the assistant says: by the template's generation blocks, else by rendering the conversation up to each
    /// of the assistant's messages and after it, which must be beginnings of the whole.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <param name="turns">Which of the assistant's messages count. Default all.</param>
    /// <param name="variables">More variables.</param>
    /// <exception cref="ChatTemplateException">
    /// The template fails, or (kind <see cref="ChatTemplateError.NotAPrefix"/>) renders the first messages in another way when others follow.
    /// </exception>
    public RenderedChat RenderWithMask(
        IReadOnlyList<ChatMessage> messages, AssistantTurns turns = AssistantTurns.All, IReadOnlyDictionary<string, object?>? variables = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (!HasGenerationBlocks)
        {
            return MaskByPrefixes(messages, turns, variables);
        }

        var rendered = Run(Variables(messages, addGenerationPrompt: false, variables));
        return turns == AssistantTurns.All ? rendered : rendered with { AssistantRanges = [.. rendered.AssistantRanges.TakeLast(1)] };
    }

    /// <summary>The text for just these variables and what of it the generation blocks rendered.</summary>
    /// <param name="variables">As for <see cref="Render(IReadOnlyDictionary{string, object?})"/>.</param>
    public RenderedChat RenderWithMask(IReadOnlyDictionary<string, object?> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return Run((PythonDict)ValueReader.Read(variables)!);
    }

    private static ChatTemplate Parse(string source, IReadOnlyDictionary<string, object?> defaults)
    {
        var statements = Parser.Parse(source, out var hasGeneration);
        return new ChatTemplate(statements, hasGeneration, defaults);
    }

    private PythonDict Variables(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, IReadOnlyDictionary<string, object?>? variables)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var result = new PythonDict();
        foreach (var (name, value) in _defaults)
        {
            result.Set(name, value);
        }

        // Transformers always passes these two, so that templates find them defined.
        result.Set("tools", null);
        result.Set("documents", null);
        result.Set("messages", messages.Select(message => (object?)message.ToValue()).ToList());
        result.Set("add_generation_prompt", addGenerationPrompt);
        foreach (var (name, value) in variables ?? new Dictionary<string, object?>())
        {
            result.Set(name, ValueReader.Read(value));
        }

        return result;
    }

    private RenderedChat Run(PythonDict variables)
    {
        var renderer = new Renderer(Clock, variables);
        var text = renderer.Render(_statements);
        long searched = 0;
        var ranges = new List<TokenOffset>();
        foreach (var (generated, start) in renderer.Generated)
        {
            // Where a block was rendered within a macro or a set, its text lands after what was written by then.
            var at = text.IndexOf(generated, Math.Min(start, text.Length), StringComparison.Ordinal);
            searched += (at < 0 ? text.Length : at) - Math.Min(start, text.Length);
            if (searched > MaximumSearch)
            {
                throw new ChatTemplateException(ChatTemplateError.Limit, "The chat template's generation blocks render text that is not found in the result.");
            }

            if (at >= 0 && generated.Length > 0)
            {
                ranges.Add(new TokenOffset(at, at + generated.Length));
            }
        }

        return new RenderedChat(text, ranges);
    }

    private RenderedChat MaskByPrefixes(IReadOnlyList<ChatMessage> messages, AssistantTurns turns, IReadOnlyDictionary<string, object?>? variables)
    {
        var text = Render(messages, addGenerationPrompt: false, variables);
        var spoken = Enumerable.Range(0, messages.Count).Where(i => messages[i].Role == "assistant").ToList();
        var ranges = new List<TokenOffset>();
        foreach (var i in turns == AssistantTurns.All ? spoken : spoken.TakeLast(1))
        {
            var before = Render([.. messages.Take(i)], addGenerationPrompt: true, variables);
            var after = i + 1 == messages.Count ? text : Render([.. messages.Take(i + 1)], addGenerationPrompt: false, variables);
            if (!text.StartsWith(before, StringComparison.Ordinal) || !text.StartsWith(after, StringComparison.Ordinal) || after.Length < before.Length)
            {
                throw new ChatTemplateException(
                    ChatTemplateError.NotAPrefix,
                    $"The template renders the first {(text.StartsWith(before, StringComparison.Ordinal) ? i + 1 : i)} messages in another way when more follow, so there is no mask for message {i}. Train on the last turn only, or use a template with generation blocks.");
            }

            ranges.Add(new TokenOffset(before.Length, after.Length));
        }

        return new RenderedChat(text, ranges);
    }
}
