using System.Reflection;

namespace TorchSharp.Utils;

/// <summary>The name under which a field's module, parameter or buffer is registered, instead of the field's own.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}

public static class FieldInfoExtensionMethods
{
    public static string ComponentName(this FieldInfo field)
        => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
}
