using System.Runtime.InteropServices;

namespace LoraDiff.Conversion.Data;

/// <summary>What a <see cref="TokenFile"/> knows of a document besides its tokens.</summary>
/// <param name="End">Where its tokens end, counted in tokens from the start of the file; they start where those of the document before end.</param>
/// <param name="SplitHash">Sends it to training or evaluation.</param>
/// <param name="CompletionStart">First token to learn.</param>
/// <param name="Kind">Number of its kind, or −1.</param>
/// <param name="Source">Number of its source.</param>
/// <param name="Complete">1 where it ends where its text ends, else 0.</param>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal readonly record struct TokenEntry(long End, ulong SplitHash, int CompletionStart, int Kind, int Source, int Complete);
