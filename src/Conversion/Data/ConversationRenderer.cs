namespace LoraDiff.Conversion.Data;

/// <summary>Turns records into texts as the checkpoint expects them, so that training and decoding show the model the same prompt.</summary>
/// <param name="Render">The checkpoint's chat template: messages, and whether the header of the assistant's answer follows; null for a checkpoint without one.</param>
/// <param name="EndTokenId">The token that ends a text without a template; null for none.</param>
/// <param name="MaskTokenId">The mask token, which no text may contain; null where there is none.</param>
public sealed record ConversationRenderer(Func<IReadOnlyList<DataTurn>, bool, string>? Render, int? EndTokenId = null, int? MaskTokenId = null)
{
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

        return record.Text is not null ? "" : Render is null ? record.Prompt! : Render([new DataTurn("user", record.Prompt!)], true);
    }

    /// <summary>The documents of a record: one, or for a conversation one for each answer of the assistant, with all before it as the prompt.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="DataException">The template cannot be used with it.</exception>
    public IEnumerable<RenderedDocument> Documents(DataRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Text is not null)
        {
            return [new RenderedDocument(record.Text, 0, IsConversation: false)];
        }

        if (record.Messages is { } messages)
        {
            return Enumerable.Range(0, messages.Count).Where(i => messages[i].Role == "assistant").Select(i => Conversation(record, [.. messages.Take(i)], messages[i])).ToArray();
        }

        return Render is null
            ? [new RenderedDocument(record.Prompt + record.Completion, record.Prompt!.Length, IsConversation: false)]
            : [Conversation(record, [new DataTurn("user", record.Prompt!)], new DataTurn("assistant", record.Completion!))];
    }

    private RenderedDocument Conversation(DataRecord record, IReadOnlyList<DataTurn> before, DataTurn answer)
    {
        var render = Template(record);
        var prompt = render(before, true);
        var whole = render([.. before, answer], false);
        return whole.StartsWith(prompt, StringComparison.Ordinal)
            ? new RenderedDocument(whole, prompt.Length, IsConversation: true)
            : throw new DataException($"{record.Location}: the chat template does not continue its own prompt: the conversation rendered with the answer does not start with the conversation rendered for generation. A prompt seen in decoding would differ from training.");
    }

    private Func<IReadOnlyList<DataTurn>, bool, string> Template(DataRecord record) => Render
        ?? throw new DataException($"{record.Location}: \"messages\" need a chat template, and the checkpoint has none (chat_template.jinja, or chat_template in tokenizer_config.json).");
}
