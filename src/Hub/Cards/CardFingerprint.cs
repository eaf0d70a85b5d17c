using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LoraDiff.Hub.Cards;

/// <summary>A short hash of a value, by which a later push tells a key that someone changed from one that it wrote itself.</summary>
internal static class CardFingerprint
{
    private const int Digits = 12;

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Digits];
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case string word:
                text.Append(CultureInfo.InvariantCulture, $"s{word.Length}:{word}");
                break;
            case IEnumerable<KeyValuePair<string, object?>> map:
                text.Append('{');
                foreach (var (key, item) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    Write(text, key);
                    Write(text, item);
                }

                text.Append('}');
                break;
            case System.Collections.IEnumerable list:
                text.Append('[');
                foreach (var item in list)
                {
                    Write(text, item);
                }

                text.Append(']');
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"v{value};");
                break;
        }
    }
}
