using System.Globalization;
using System.Text;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>Python's strftime with English names.</summary>
internal static class StrfTime
{
    public static string Format(DateTimeOffset time, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            i++;
            var bare = format[i] == '-' && i + 1 < format.Length;
            i += bare ? 1 : 0;
            var part = Part(time, format[i]);
            text.Append(bare && part.Length > 1 ? part.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0" : part);
        }

        return text.ToString();
    }

    private static string Part(DateTimeOffset time, char code)
    {
        var culture = CultureInfo.InvariantCulture;
        return code switch
        {
            'Y' => time.ToString("yyyy", culture),
            'y' => time.ToString("yy", culture),
            'm' => time.ToString("MM", culture),
            'B' => time.ToString("MMMM", culture),
            'b' or 'h' => time.ToString("MMM", culture),
            'd' => time.ToString("dd", culture),
            'e' => time.Day.ToString(culture).PadLeft(2),
            'j' => time.DayOfYear.ToString("000", culture),
            'A' => time.ToString("dddd", culture),
            'a' => time.ToString("ddd", culture),
            'w' => ((int)time.DayOfWeek).ToString(culture),
            'u' => (((int)time.DayOfWeek + 6) % 7 + 1).ToString(culture),
            'H' => time.ToString("HH", culture),
            'I' => time.ToString("hh", culture),
            'M' => time.ToString("mm", culture),
            'S' => time.ToString("ss", culture),
            'f' => time.ToString("ffffff", culture),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'z' => "",
            'Z' => "",
            'U' => ((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7).ToString("00", culture),
            'W' => ((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7).ToString("00", culture),
            'V' => ISOWeek.GetWeekOfYear(time.DateTime).ToString("00", culture),
            'G' => ISOWeek.GetYear(time.DateTime).ToString("0000", culture),
            'F' => time.ToString("yyyy-MM-dd", culture),
            'T' or 'X' => time.ToString("HH:mm:ss", culture),
            'R' => time.ToString("HH:mm", culture),
            'D' or 'x' => time.ToString("MM/dd/yy", culture),
            'c' => time.ToString("ddd MMM ", culture) + time.Day.ToString(culture).PadLeft(2) + time.ToString(" HH:mm:ss yyyy", culture),
            's' => time.ToUnixTimeSeconds().ToString(culture),
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => "%" + code,
        };
    }
}
