namespace LoraDiff.Conversion.Checkpoints;

/// <summary>A checkpoint folder cannot be used as it is: a file is missing, a configuration asks for what is not supported, or tensors do not fit the model.</summary>
public sealed class CheckpointException : IOException
{
    /// <summary>Names the fault.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="detail">What was found, what was expected, and what to do.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public CheckpointException(string path, string detail, Exception? inner = null)
        : base($"{path}: {detail}", inner) => Path = path;

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }
}
