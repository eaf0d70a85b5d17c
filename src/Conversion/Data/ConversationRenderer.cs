using System.Text.Json;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Data;

/// <summary>Turns records into texts as the checkpoint expects them, so that training and decoding show the model the same prompt. Its functions are called from several threads.</summary>
/// <param name="Render">The checkpoint's chat template: messages, and whether the header of the assistant's answer follows; null for a checkpoint without one.</param>
/// <param name="EndTokenId">The token that ends a text without a template; null for none.</param>
/// <param name="MaskTokenId">The mask token, which no text may contain; null where there is none.</param>
public sealed record ConversationRenderer(Func<IReadOnlyList<DataTurn>, bool, string>? Render, int? EndTokenId = null, int? MaskTokenId = null)
{
    /// <summary>Like <see cref="Render"/>, for a conversation with tools (a JSON array); null refuses such conversations.</summary>
    public Func<IReadOnlyList<DataTurn>, JsonElement, bool, string>? RenderWithTools { get; init; }

    /// <summary>
    /// For a template that says itself what the assistant says (<c>{% generation %}</c> blocks): renders messages, with tools or null, and marks which of the text is to be learnt; null where
    /// there are no such blocks. Training then takes what is marked, as transformers does with <c>return_assistant_tokens_mask</c>.
    /// </summary>
    public Func<IReadOnlyList<DataTurn>, JsonElement?, AssistantTurns, RenderedChat>? RenderMarked { get; init; }

    /// <summary>Names the tokenizer and the template, so that tokenised data can be kept for later: the same text for the same files. Null keeps nothing.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The text before the completion, as decoding gives it to the model.</summary>
    /// <param name="record">A record with a prompt, or with messages.</param>
    public string Prompt(DataRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Messages is { } messages)
        {
            var last = messages.Count - 1;
            while (messages[last].Role != "assistant")
            {
                last--;
            }

            return Template(record)([.. messages.Take(last)], true);
        }

        return record.Text is not null ? "" : Render is null ? WithSystem(record) : Render(Asked(record), true);
    }

    /// <summary>
    /// The documents of a record: one, or for a conversation one for each answer of the assistant, with all before it as the prompt. Where the template marks answers (<see cref="RenderMarked"/>),
    /// one for each mark, which ends where the mark ends.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="answers">Which answers of a conversation.</param>
    /// <exception cref="DataException">The template cannot be used with it.</exception>
    public IEnumerable<RenderedDocument> Documents(DataRecord record, AnswerChoice answers = AnswerChoice.All)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Text is not null)
        {
            return [new RenderedDocument(record.Text, 0, IsConversation: false)];
        }

        if (record.Messages is { } messages)
        {
            if (RenderMarked is not null)
            {
                return Marked(record, messages, answers);
            }

            var spoken = Enumerable.Range(0, messages.Count).Where(i => messages[i].Role == "assistant");
            return (answers == AnswerChoice.All ? spoken : spoken.TakeLast(1)).Select(i => Conversation(record, [.. messages.Take(i)], messages[i])).ToArray();
        }

        return Render is null
            ? [new RenderedDocument(WithSystem(record) + record.Completion, WithSystem(record).Length, IsConversation: false)]
            : RenderMarked is not null ? Marked(record, [.. Asked(record), new DataTurn("assistant", record.Completion!)], answers)
            : [Conversation(record, Asked(record), new DataTurn("assistant", record.Completion!))];
    }

    private static string WithSystem(DataRecord record) => record.System is null ? record.Prompt! : $"{record.System}\n\n{record.Prompt}";

    private static DataTurn[] Asked(DataRecord record)
        => record.System is null ? [new DataTurn("user", record.Prompt!)] : [new DataTurn("system", record.System), new DataTurn("user", record.Prompt!)];

    // The conversation is rendered once: an answer stands as it does before what follows it.
    private RenderedDocument[] Marked(DataRecord record, IReadOnlyList<DataTurn> turns, AnswerChoice answers)
    {
        RenderedChat chat;
        try
        {
            chat = RenderMarked!(turns, record.Tools, answers == AnswerChoice.Last ? AssistantTurns.Last : AssistantTurns.All);
        }
        catch (ChatTemplateException e)
        {
            throw Refused(record, e);
        }

        return chat.AssistantRanges.Count > 0
            ? [.. chat.AssistantRanges.Select(range => new RenderedDocument(chat.Text[..range.End], range.Start, IsConversation: true))]
            : throw new DataException($"{record.Location}: the chat template's generation blocks mark nothing of the conversation, so nothing of it can be learnt. Has the assistant a message with text?");
    }

    private static DataException Refused(DataRecord record, ChatTemplateException e) => new($"{record.Location}: the chat template refuses the conversation: {e.Message}", e);

    private RenderedDocument Conversation(DataRecord record, IReadOnlyList<DataTurn> before, DataTurn answer)
    {
        var render = Template(record);
        string prompt, whole;
        try
        {
            prompt = render(before, true);
            whole = render([.. before, answer], false);
        }
        catch (ChatTemplateException e)
        {
            throw Refused(record, e);
        }

        return whole.StartsWith(prompt, StringComparison.Ordinal)
            ? new RenderedDocument(whole, prompt.Length, IsConversation: true)
            : throw new DataException($"{record.Location}: the chat template does not continue its own prompt: the conversation rendered with the answer does not start with the conversation rendered for generation. A prompt seen in decoding would differ from training.");
    }

    private Func<IReadOnlyList<DataTurn>, bool, string> Template(DataRecord record)
    {
        if (Render is null)
        {
            throw new DataException($"{record.Location}: \"messages\" need a chat template, and the checkpoint has none (chat_template.jinja, or chat_template in tokenizer_config.json).");
        }

        if (record.Tools is not { } tools)
        {
            return Render;
        }

        var render = RenderWithTools ?? throw new DataException($"{record.Location}: \"tools\" are given, but the template in use takes none.");
        return (turns, ask) => render(turns, tools, ask);
    }
}
