namespace LoraDiff.Conversion.Data;

/// <summary>Which of the assistant's messages of a conversation are learnt.</summary>
public enum AnswerChoice
{
    /// <summary>Every one, each as a document of its own with all before it as the prompt.</summary>
    All,

    /// <summary>The last one.</summary>
    Last,
}
