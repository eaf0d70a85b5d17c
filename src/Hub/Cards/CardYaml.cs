using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace LoraDiff.Hub.Cards;

/// <summary>YAML of a front matter: cut into the lines of its keys, read into plain values, written so that every reader sees the same types.</summary>
internal static partial class CardYaml
{
    private const int MaximumDepth = 64;
    private const int MaximumNodes = 20_000;

    /// <summary>One entry a key; lines before the first key and between keys stay with the key before them, or after for the first.</summary>
    /// <param name="yaml">The text between the marks.</param>
    /// <param name="newLine">How lines end.</param>
    /// <param name="firstLine">Number of its first line in the file, for messages.</param>
    public static IEnumerable<CardMetadata.Entry> Split(string yaml, string newLine, int firstLine)
    {
        var root = Root(yaml, firstLine);
        if (root is null)
        {
            return [];
        }

        var lines = yaml.ReplaceLineEndings("\n").Split('\n');
        var keys = root.Children.Select(pair => (Name: Name(pair.Key, firstLine), Line: (int)pair.Key.Start.Line - 1, pair.Value)).ToArray();
        // A mapping in braces, or two keys on one line, has no lines per key: write each key anew.
        var byLine = root.Style != YamlDotNet.Core.Events.MappingStyle.Flow && keys.All(k => k.Line >= 0 && k.Line < lines.Length) && keys.Select(k => k.Line).Distinct().Count() == keys.Length;
        return keys.Select((key, i) => byLine
            ? new CardMetadata.Entry(key.Name, Lines(lines, i == 0 ? 0 : key.Line, i + 1 < keys.Length ? keys[i + 1].Line : lines.Length, newLine), key.Value)
            : Emit(key.Name, ToValue(key.Value), newLine)).ToArray();
    }

    /// <summary>A key with a value as text.</summary>
    public static CardMetadata.Entry Emit(string key, object? value, string newLine)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        emitter.Emit(new MappingStart(null, null, isImplicit: true, MappingStyle.Block));
        EmitString(emitter, key);
        EmitValue(emitter, value);
        emitter.Emit(new MappingEnd());
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        var yaml = text.ToString().ReplaceLineEndings("\n").TrimEnd('\n');
        yaml = yaml.EndsWith("\n...", StringComparison.Ordinal) ? yaml[..^4] : yaml;
        return new CardMetadata.Entry(key, string.Concat(yaml.Split('\n').Select(line => line + newLine)), Root(yaml, 1)!.Children.Single().Value);
    }

    /// <summary>A node as plain values.</summary>
    public static object? ToValue(YamlNode node)
    {
        var nodes = 0;
        return Convert(node);

        object? Convert(YamlNode current)
        {
            if (++nodes > MaximumNodes)
            {
                throw new ModelCardException($"The card's YAML stands for more than {MaximumNodes} values (aliases?). Shorten it.");
            }

            return current switch
            {
                YamlScalarNode scalar => Scalar(scalar),
                YamlSequenceNode list => list.Children.Select(Convert).ToList(),
                YamlMappingNode map => map.Children.ToDictionary(p => p.Key.ToString(), p => Convert(p.Value), StringComparer.Ordinal),
                _ => throw new ModelCardException($"The card's YAML has a value of kind {current.NodeType}, which a card cannot hold."),
            };
        }
    }

    private static YamlMappingNode? Root(string yaml, int firstLine)
    {
        try
        {
            RequireShallow(yaml, firstLine);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count switch
            {
                0 => null,
                1 when stream.Documents[0].RootNode is YamlMappingNode map => map,
                1 when stream.Documents[0].RootNode is YamlScalarNode { Value: "" or null } => null,
                1 => throw new ModelCardException($"The front matter is a {stream.Documents[0].RootNode.NodeType}; it must be 'key: value' lines."),
                _ => throw new ModelCardException("The front matter holds several YAML documents; it must be one."),
            };
        }
        catch (YamlException e)
        {
            throw new ModelCardException($"Line {e.Start.Line + firstLine - 1} of the card is not valid YAML: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}", e);
        }
    }

    // The tree is built by recursion: count the depth before, on the flat list of events.
    private static void RequireShallow(string yaml, int firstLine)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaximumDepth)
            {
                throw new ModelCardException($"Line {parser.Current.Start.Line + firstLine - 1} of the card nests deeper than {MaximumDepth} levels.");
            }
        }
    }

    private static string Name(YamlNode key, int firstLine)
        => (key as YamlScalarNode)?.Value ?? throw new ModelCardException($"Line {key.Start.Line + firstLine - 1} of the card: a key must be a word.");

    private static string Lines(string[] lines, int from, int to, string newLine) => string.Concat(lines[from..to].Select(line => line + newLine));

    private static object? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return text;
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ when Number().IsMatch(text) => double.Parse(text, CultureInfo.InvariantCulture),
            _ => text,
        };
    }

    private static void EmitValue(Emitter emitter, object? value)
    {
        switch (value)
        {
            case null:
                emitter.Emit(new Scalar("null"));
                break;
            case bool flag:
                emitter.Emit(new Scalar(flag ? "true" : "false"));
                break;
            case int or long:
                emitter.Emit(new Scalar(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)));
                break;
            case double number:
                emitter.Emit(new Scalar(Text(number)));
                break;
            case string text:
                EmitString(emitter, text);
                break;
            case IEnumerable<KeyValuePair<string, object?>> map:
                emitter.Emit(new MappingStart(null, null, isImplicit: true, MappingStyle.Block));
                foreach (var (key, item) in map)
                {
                    EmitString(emitter, key);
                    EmitValue(emitter, item);
                }

                emitter.Emit(new MappingEnd());
                break;
            case System.Collections.IEnumerable list:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list)
                {
                    EmitValue(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            default:
                throw new ArgumentException($"A card cannot hold a {value.GetType().Name}.", nameof(value));
        }
    }

    private static string Text(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return double.IsNaN(number) ? ".nan" : double.IsPositiveInfinity(number) ? ".inf" : double.IsNegativeInfinity(number) ? "-.inf"
            : text.Contains('E', StringComparison.Ordinal) ? number.ToString("0.0###############################", CultureInfo.InvariantCulture)
            : text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    private static void EmitString(Emitter emitter, string text)
        => emitter.Emit(new Scalar(null, null, text, text.Length == 0 || text.Contains('\n', StringComparison.Ordinal) || LooksLikeAnotherType().IsMatch(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: true));

    [GeneratedRegex(@"\A[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    // YAML 1.1 (Python's reader) and 1.2 (the Hub's) disagree; what either takes for a bool, null, number or date is quoted.
    [GeneratedRegex(@"\A(?:~|null|true|false|yes|no|on|off|y|n|=|<<|[-+]?\.(?:inf|nan)|[-+]?[\d._][\d_.,:xXobBOa-fA-F]*(?:[eE][-+]?\d+)?|\d{4}-\d\d?-\d\d?.*|---|\.\.\.)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex LooksLikeAnotherType();
}
