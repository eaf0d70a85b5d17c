namespace LoraDiff.Conversion.Analysis;

/// <summary>Renders one turn of a chat as the model reads it.</summary>
/// <param name="user">What the user says.</param>
/// <param name="assistant">The reply, rendered with its end of turn; null ends the text where the reply would begin.</param>
/// <returns>The text to tokenise; with a reply it begins with the text without one.</returns>
public delegate string ChatRendering(string user, string? assistant);
