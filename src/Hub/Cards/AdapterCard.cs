namespace LoraDiff.Hub.Cards;

/// <summary>What the card of a block-diffusion adapter says: plain values, from which <see cref="ApplyTo"/> makes front matter and text.</summary>
public sealed record AdapterCard
{
    /// <summary>Heading of a new card.</summary>
    public required string Title { get; init; }

    /// <summary>What to write in place of the repository in the examples, for example <c>user/name</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>Hub id of the base model; null where it is not on the Hub, which the card then says.</summary>
    public string? BaseModel { get; init; }

    /// <summary>License of the base model, which the adapter takes over; null where it is not known.</summary>
    public string? License { get; init; }

    /// <summary>Name of a license that is <c>other</c>.</summary>
    public string? LicenseName { get; init; }

    /// <summary>Where a license that is <c>other</c> can be read.</summary>
    public string? LicenseLink { get; init; }

    /// <summary>Languages as the base model's card names them.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Hub ids of the data sets that were trained on.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>Name of the recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>The recipe's settings, in the order to show them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RecipeSettings { get; init; } = [];

    /// <summary>Block size to decode with.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Text of the mask token.</summary>
    public required string MaskToken { get; init; }

    /// <summary>Id of the mask token.</summary>
    public required int MaskTokenId { get; init; }

    /// <summary>How it was trained: label and value of each row of the table.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Training { get; init; } = [];

    /// <summary>The command that trained it, or null.</summary>
    public string? TrainingCommand { get; init; }

    /// <summary>Measurements, the base model's among them.</summary>
    public IReadOnlyList<CardEvaluation> Evaluations { get; init; } = [];

    /// <summary>Name of the loss chart's file beside the card, or null where there is none.</summary>
    public string? Chart { get; init; }

    /// <summary>The card with our part in it: a new one, or <paramref name="existing"/> with what its author wrote left alone.</summary>
    /// <remarks>
    /// Ours is the text between two comments. Of the front matter, a key that still has the value we last wrote is brought up to date; one that was changed, added or taken out since stays so.
    /// In a card that we never wrote to, missing keys and tags are added.
    /// </remarks>
    /// <param name="existing">The card to bring up to date; null for a new one. It is not changed.</param>
    public ModelCard ApplyTo(ModelCard? existing = null)
    {
        var card = existing is null ? new ModelCard { Body = $"\n# {Title}\n" } : ModelCard.Parse(existing.ToString());
        var section = CardSection.Find(card.Body);
        var ours = CardFrontMatter.Of(this);
        foreach (var (key, value) in ours)
        {
            if (!card.Metadata.Contains(key))
            {
                if (!section.Written.ContainsKey(key))
                {
                    card.Metadata.Set(key, value);
                }
            }
            else if (section.Written.TryGetValue(key, out var written))
            {
                if (written == CardFingerprint.Of(card.Metadata[key]))
                {
                    card.Metadata.Set(key, value);
                }
            }
            else if (key == "tags")
            {
                card.Metadata.Set(key, card.Metadata.Texts(key).Union(((IEnumerable<object?>)value!).OfType<string>()).ToArray());
            }
        }

        foreach (var (key, written) in section.Written)
        {
            if (card.Metadata.Contains(key) && !ours.Any(pair => pair.Key == key) && written == CardFingerprint.Of(card.Metadata[key]))
            {
                card.Metadata.Remove(key);
            }
        }

        card.Body = section.Replace(card.Body, CardText.Of(this), ours, card.Metadata.NewLine);
        return card;
    }
}
