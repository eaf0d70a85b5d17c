namespace LoraDiff.Tokenizers;

/// <summary>Which of the assistant's messages count as what it says.</summary>
public enum AssistantTurns
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Only the last: the way to train on templates that change earlier messages, as Qwen3's does with thoughts.</summary>
    Last,
}
