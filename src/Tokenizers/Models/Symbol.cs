namespace LoraDiff.Tokenizers.Models;

/// <summary>One symbol of a word while it is merged: a token id, the bytes of the word that it stands for, and its neighbours.</summary>
internal struct Symbol
{
    public int Id;
    public int Bytes;
    public int Previous;
    public int Next;
}
