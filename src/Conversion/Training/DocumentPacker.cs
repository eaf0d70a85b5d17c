namespace LoraDiff.Conversion.Training;

/// <summary>Packs documents tightly: each goes, in the order given, into the open pack that it leaves least room in.</summary>
internal static class DocumentPacker
{
    // Packs that wait for a document that fits. More make packs fuller and mix documents from further apart.
    private const int OpenPacks = 64;

    /// <summary>The packs, each a list of documents' numbers.</summary>
    /// <param name="lengths">Tokens of each document.</param>
    /// <param name="order">The documents' numbers.</param>
    /// <param name="capacity">Tokens of a pack. A longer document is a pack of its own.</param>
    public static List<List<int>> Pack(IReadOnlyList<int> lengths, IReadOnlyList<int> order, int capacity)
    {
        List<List<int>> packs = [];
        List<(int Room, List<int> Pack)> open = [];
        foreach (var document in order)
        {
            var best = -1;
            for (var i = 0; i < open.Count; i++)
            {
                if (open[i].Room >= lengths[document] && (best < 0 || open[i].Room < open[best].Room))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                if (open.Count == OpenPacks)
                {
                    open.RemoveAt(Fullest(open));
                }

                List<int> pack = [document];
                packs.Add(pack);
                open.Add((capacity - lengths[document], pack));
            }
            else
            {
                open[best].Pack.Add(document);
                open[best] = (open[best].Room - lengths[document], open[best].Pack);
            }
        }

        return packs;
    }

    private static int Fullest(List<(int Room, List<int> Pack)> open)
    {
        var fullest = 0;
        for (var i = 1; i < open.Count; i++)
        {
            fullest = open[i].Room < open[fullest].Room ? i : fullest;
        }

        return fullest;
    }
}
