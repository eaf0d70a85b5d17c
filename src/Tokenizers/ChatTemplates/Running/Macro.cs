using LoraDiff.Tokenizers.ChatTemplates.Syntax;

namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>A macro together with the scope that it was defined in.</summary>
internal sealed record Macro(MacroBody Body, Scope Scope);
