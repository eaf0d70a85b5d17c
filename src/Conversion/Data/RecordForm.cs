namespace LoraDiff.Conversion.Data;

/// <summary>Which keys of an object make a record.</summary>
internal sealed record RecordForm(string? Prompt, string? Completion, string? Input, string? Text, string? Messages)
{
    /// <summary>What to say on a command line to choose it.</summary>
    public string Option => Text is not null ? $"text={Text}" : Messages is not null ? $"messages={Messages}" : $"prompt={Prompt} --column completion={Completion}";

    public override string ToString() => $"\"{Text ?? Messages ?? $"{Prompt}\" with \"{Completion}"}\"";
}
