using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using LoraDiff.Cli.Hosting;

namespace LoraDiff.Cli.Verbs;

/// <summary>An option that is a number in a range. Anything else is answered in one line that names the option, what it was given and the range.</summary>
/// <typeparam name="T">Whole numbers or doubles.</typeparam>
internal sealed class NumberOption<T>
    where T : struct, INumber<T>
{
    private readonly T _least;
    private readonly T _most;
    private readonly bool _isOpen;

    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="helpName">What the help calls the number.</param>
    /// <param name="least">The smallest number allowed.</param>
    /// <param name="most">The largest number allowed.</param>
    /// <param name="isOpen">Whether <paramref name="least"/> itself is not allowed.</param>
    /// <param name="otherwise">What the option is where it is not given, as the help says; null where the verb chooses.</param>
    public NumberOption(string name, string description, string helpName, T least, T most, bool isOpen = false, T? otherwise = null)
    {
        (_least, _most, _isOpen) = (least, most, isOpen);
        Option = new Option<T?>(name) { Description = description, HelpName = helpName, CustomParser = Parse };
        if (otherwise is not null)
        {
            Option.DefaultValueFactory = _ => otherwise;
        }
    }

    /// <summary>What is added to a command.</summary>
    public Option<T?> Option { get; }

    /// <summary>The number, or null where none was given.</summary>
    /// <exception cref="CliException">It is out of range.</exception>
    public T? Value(ParseResult parsed) => parsed.GetValue(Option) is not { } value || IsIn(value) ? parsed.GetValue(Option) : throw new CliException(Refusal(string.Create(CultureInfo.InvariantCulture, $"{value}")));

    private T? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (T.TryParse(text, typeof(T) == typeof(double) ? NumberStyles.Float : NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        result.AddError(Refusal($"'{text}'"));
        return null;
    }

    // Written so that NaN, which compares with nothing, is out.
    private bool IsIn(T value) => (_isOpen ? value > _least : value >= _least) && value <= _most;

    private string Refusal(string found)
    {
        var range = typeof(T) != typeof(double) ? string.Create(CultureInfo.InvariantCulture, $"a whole number from {_least} to {_most}")
            : string.Create(CultureInfo.InvariantCulture, $"a number {(_isOpen ? "above" : "of at least")} {_least}") + (_most == T.CreateChecked(double.MaxValue) ? "" : string.Create(CultureInfo.InvariantCulture, $" and at most {_most}"));
        return $"{Option.Name} is {found}; it must be {range}.";
    }
}
