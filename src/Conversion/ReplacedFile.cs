namespace LoraDiff.Conversion;

/// <summary>Text files that are replaced in one step: nobody finds half of one.</summary>
internal static class ReplacedFile
{
    public static void Write(string path, string text)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }
}
