using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>What one rendering may use, so that no template can hang or fill the memory.</summary>
internal sealed class Budget
{
    private const long MaximumSteps = 20_000_000;
    private const long MaximumSize = 256L << 20;
    private const int MaximumDepth = 200;

    private long _steps;
    private long _size;
    private int _depth;

    /// <summary>Counts a step.</summary>
    public void Step()
    {
        if (++_steps > MaximumSteps)
        {
            throw new ChatTemplateException(ChatTemplateError.Limit, $"The chat template takes more than {MaximumSteps:N0} steps.");
        }
    }

    /// <summary>Counts characters or elements that are about to be made.</summary>
    public void Charge(long size)
    {
        _size += size;
        if (_size > MaximumSize || size < 0)
        {
            throw new ChatTemplateException(ChatTemplateError.Limit, $"The chat template makes more than {MaximumSize >> 20} Mi characters of text or elements of lists.");
        }
    }

    /// <summary>Counts text that was made.</summary>
    public string Charge(string text)
    {
        Charge((long)text.Length);
        return text;
    }

    /// <summary>Goes one call deeper.</summary>
    public void Enter()
    {
        PythonCompare.Guard();
        if (++_depth > MaximumDepth)
        {
            throw new ChatTemplateException(ChatTemplateError.Depth, $"The chat template's macros call each other more than {MaximumDepth} deep.");
        }
    }

    public void Leave() => _depth--;
}
