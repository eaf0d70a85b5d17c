using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Turns .NET and JSON values into what templates work with.</summary>
internal static class ValueReader
{
    public static object? Read(object? value)
    {
        PythonCompare.Guard();
        return value switch
        {
            null or bool or BigInteger or double or string or List<object?> or PythonTuple or PythonDict or Callable => value,
            JsonElement json => Read(json),
            JsonNode node => Read(JsonSerializer.SerializeToElement(node)),
            ChatMessage message => message.ToValue(),
            char c => c.ToString(),
            float number => (double)number,
            decimal number => number == decimal.Truncate(number) ? (BigInteger)number : (double)number,
            byte or sbyte or short or ushort or int or uint or long => new BigInteger(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
            ulong number => new BigInteger(number),
            IDictionary dictionary => ReadDictionary(dictionary),
            IEnumerable<KeyValuePair<string, object?>> pairs => ReadPairs(pairs),
            IEnumerable<KeyValuePair<string, string>> pairs => ReadPairs(pairs.Select(pair => KeyValuePair.Create(pair.Key, (object?)pair.Value))),
            IEnumerable items => items.Cast<object?>().Select(Read).ToList(),
            _ => throw new ArgumentException($"A chat template cannot work with a {value.GetType()}; give text, numbers, lists, dictionaries or JSON.", nameof(value)),
        };
    }

    private static object? Read(JsonElement json)
    {
        PythonCompare.Guard();
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var dict = new PythonDict();
                foreach (var member in json.EnumerateObject())
                {
                    dict.Set(member.Name, Read(member.Value));
                }

                return dict;
            case JsonValueKind.Array:
                return json.EnumerateArray().Select(Read).ToList();
            case JsonValueKind.String:
                return json.GetString();
            case JsonValueKind.Number:
                // A fraction or an exponent makes a float, as in Python.
                var text = json.GetRawText();
                return text.AsSpan().ContainsAny('.', 'e', 'E') ? double.Parse(text, CultureInfo.InvariantCulture) : BigInteger.Parse(text, CultureInfo.InvariantCulture);
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }

    private static PythonDict ReadDictionary(IDictionary dictionary)
    {
        var dict = new PythonDict();
        foreach (DictionaryEntry entry in dictionary)
        {
            dict.Set(Read(entry.Key), Read(entry.Value));
        }

        return dict;
    }

    private static PythonDict ReadPairs(IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        var dict = new PythonDict();
        foreach (var (key, value) in pairs)
        {
            dict.Set(key, Read(value));
        }

        return dict;
    }
}
