using LoraDiff.Native;

namespace LoraDiff.Conversion.Tests.Attention;

/// <summary>Segments as text, one line a query row: 1 where it may attend.</summary>
internal static class MaskText
{
    public static string[] Of(SegmentTable table)
    {
        var rows = Enumerable.Range(0, table.Queries).Select(_ => Enumerable.Repeat('.', table.Keys).ToArray()).ToArray();
        foreach (var segment in table.Segments)
        {
            for (var j = 0; j < segment.QueryCount; j++)
            {
                foreach (var range in new[] { segment.First, segment.Second })
                {
                    var seen = range.Causal ? range.Count - (segment.QueryCount - 1 - j) : range.Count;
                    for (var k = 0; k < seen; k++)
                    {
                        rows[segment.QueryStart + j][range.Start + k] = '1';
                    }
                }
            }
        }

        return [.. rows.Select(r => new string(r))];
    }
}
