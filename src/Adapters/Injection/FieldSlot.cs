using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>One place in an object's fields (a field, an element of a list or array, a value of a dictionary) that holds a reference.</summary>
/// <param name="Where">The field, for messages.</param>
/// <param name="Type">What the place can hold.</param>
/// <param name="Set">Puts another reference there.</param>
internal sealed record FieldSlot(string Where, Type Type, Action<object> Set)
{
    private const BindingFlags OwnFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Every place in the fields of <paramref name="owner"/>, below <see cref="nn.Module"/>, that holds <paramref name="held"/>.</summary>
    public static IReadOnlyList<FieldSlot> Find(nn.Module owner, object held)
    {
        var slots = new List<FieldSlot>();
        for (var type = owner.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (var field in type.GetFields(OwnFields))
            {
                Find(owner, field, held, slots);
            }
        }

        return slots;
    }

    private static void Find(nn.Module owner, FieldInfo field, object held, List<FieldSlot> slots)
    {
        var value = field.FieldType.IsValueType ? null : field.GetValue(owner);
        var where = $"{owner.GetType().Name}.{field.Name}";
        if (ReferenceEquals(value, held))
        {
            slots.Add(new FieldSlot(where, field.FieldType, changed => field.SetValue(owner, changed)));
            return;
        }

        switch (value)
        {
            case IList list when ElementType(list) is { } element && MayHold(element):
                FindInList(list, element, where, held, slots);
                break;
            case IDictionary map:
                FindInMap(map, where, held, slots);
                break;
        }
    }

    private static void FindInList(IList list, Type element, string where, object held, List<FieldSlot> slots)
    {
        for (var i = 0; i < list.Count; i++)
        {
            var index = i;
            if (ReferenceEquals(list[i], held))
            {
                slots.Add(new FieldSlot($"{where}[{i}]", element, changed => list[index] = changed));
            }
            else if (list[i] is ITuple tuple && TupleField(tuple, held) is { } field)
            {
                slots.Add(new FieldSlot($"{where}[{i}]", field.FieldType, changed =>
                {
                    var copy = list[index]!;
                    field.SetValue(copy, changed);
                    list[index] = copy;
                }));
            }
        }
    }

    private static void FindInMap(IDictionary map, string where, object held, List<FieldSlot> slots)
    {
        var valueType = map.GetType().GetInterfaces().FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))?.GetGenericArguments()[1] ?? typeof(object);
        foreach (var key in map.Keys.Cast<object>().Where(key => ReferenceEquals(map[key], held)).ToArray())
        {
            slots.Add(new FieldSlot($"{where}[{key}]", valueType, changed => map[key] = changed));
        }
    }

    private static Type? ElementType(IList list) => list.GetType().IsArray
        ? list.GetType().GetElementType()
        : list.GetType().GetInterfaces().FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))?.GetGenericArguments()[0] ?? typeof(object);

    private static bool MayHold(Type element) => !element.IsValueType || typeof(ITuple).IsAssignableFrom(element);

    private static FieldInfo? TupleField(ITuple tuple, object held)
        => tuple.GetType().IsValueType ? tuple.GetType().GetFields().FirstOrDefault(field => ReferenceEquals(field.GetValue(tuple), held)) : null;
}
