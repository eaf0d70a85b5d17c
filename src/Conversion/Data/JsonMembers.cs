using System.Text.Json;

namespace LoraDiff.Conversion.Data;

/// <summary>The members of a JSON object, found by name without walking the object again for each.</summary>
internal sealed class JsonMembers
{
    private readonly List<(string Name, JsonElement Value)> _members = new(8);

    public JsonMembers(JsonElement root)
    {
        foreach (var member in root.EnumerateObject())
        {
            _members.Add((member.Name, member.Value));
        }
    }

    /// <summary>All names, for messages.</summary>
    public string Names => _members.Count == 0 ? "no key" : string.Join(", ", _members.Select(m => m.Name));

    /// <summary>Whether there is a member that is not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The member, or null where there is none or it is null. Of several with one name the last counts, as everywhere.</summary>
    public JsonElement? Find(string name)
    {
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            if (_members[i].Name == name)
            {
                return _members[i].Value.ValueKind == JsonValueKind.Null ? null : _members[i].Value;
            }
        }

        return null;
    }

    /// <summary>The text of a member, or null where there is none.</summary>
    public string? Text(string name, string location) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new DataException($"{location}: \"{name}\" must be a string; found {JsonRecord.Name(value.ValueKind)}.");
}
