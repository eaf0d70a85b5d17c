namespace LoraDiff.Tokenizers;

/// <summary>What kind of thing went wrong in a chat template.</summary>
public enum ChatTemplateError
{
    /// <summary>The template called <c>raise_exception</c>: it refuses these messages.</summary>
    Raised,

    /// <summary>The template is not valid Jinja, or uses a tag that chat templates do not have.</summary>
    Syntax,

    /// <summary>Something that does not exist was used as if it did.</summary>
    Undefined,

    /// <summary>An operation on values of the wrong kind, or a wrong call.</summary>
    Type,

    /// <summary>There is no filter of that name.</summary>
    Filter,

    /// <summary>There is no test of that name.</summary>
    Test,

    /// <summary>The template wants another template; there is none to load.</summary>
    Loader,

    /// <summary>Something that templates may not do: internal attributes, changing values, ranges that are too long.</summary>
    Sandbox,

    /// <summary>A member was assigned to something that is no namespace.</summary>
    Assignment,

    /// <summary>The template, a value or the calls of macros nest too deeply.</summary>
    Depth,

    /// <summary>The template takes too many steps or makes too much text.</summary>
    Limit,

    /// <summary>The text of the first messages is not the beginning of the text of all messages, so that there is no mask.</summary>
    NotAPrefix,
}
