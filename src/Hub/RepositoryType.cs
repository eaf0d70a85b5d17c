namespace LoraDiff.Hub;

/// <summary>The kinds of repository that the Hub keeps.</summary>
public enum RepositoryType
{
    /// <summary>A model: no prefix in addresses.</summary>
    Model,

    /// <summary>A dataset: addresses begin with <c>datasets/</c>.</summary>
    Dataset,

    /// <summary>A Space: addresses begin with <c>spaces/</c>.</summary>
    Space,
}
