using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace LoraDiff.PublicApi;

/// <summary>Everything of an assembly that code outside it can use, a line a member, in an order that does not depend on the source.</summary>
internal static class PublicApiText
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetTypes().Where(IsVisible).OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type)).Append(Bases(type)).Append('\n');
            foreach (var member in Members(type).Distinct().Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => $"{f.Name} = {Convert.ToString(f.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [Signature(type.GetMethod("Invoke")!)];
        }

        var fields = type.GetFields(All).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(f => $"{(f.IsStatic ? "static " : "")}{(f.IsInitOnly ? "readonly " : "")}{f.Name} : {Name(f.FieldType)}");
        var properties = type.GetProperties(All).Select(Property).OfType<string>();
        var constructors = type.GetConstructors(All).Where(IsVisible).Select(c => $"new({Parameters(c)})");
        var methods = type.GetMethods(All).Where(m => IsVisible(m) && !IsAccessor(m) && !IsGenerated(m)).Select(Signature);
        return fields.Concat(properties).Concat(constructors).Concat(methods);
    }

    private static string? Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } g && IsVisible(g) ? "get; " : "";
        var set = property.SetMethod is not { } s || !IsVisible(s) ? ""
            : s.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var isStatic = (property.GetMethod ?? property.SetMethod)!.IsStatic ? "static " : "";
        return get.Length + set.Length == 0 || property.Name == "EqualityContract" ? null : $"{required}{isStatic}{property.Name} : {Name(property.PropertyType)} {{ {get}{set}}}";
    }

    private static string Signature(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        var how = method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "";
        return $"{how}{method.Name}{generic}({Parameters(method)}) : {Name(method.ReturnType)}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}{(p.IsOptional ? " = " + Default(p) : "")}"));

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Bases(Type type)
    {
        var bases = type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) && b != typeof(MulticastDelegate) ? [Name(b)] : Array.Empty<string>();
        IEnumerable<string> interfaces = type.IsEnum ? [] : type.GetInterfaces().Where(i => i.IsVisible && !(type.BaseType?.GetInterfaces().Contains(i) ?? false)).Select(Name).Order(StringComparer.Ordinal);
        var all = bases.Concat(interfaces).ToArray();
        return all.Length == 0 ? "" : " : " + string.Join(", ", all);
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Name(Type type)
    {
        if (type.IsByRef || type.IsPointer || type.IsArray)
        {
            var suffix = type.IsByRef ? "&" : type.IsPointer ? "*" : $"[{new string(',', type.GetArrayRank() - 1)}]";
            return Name(type.GetElementType()!) + suffix;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var name = type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Namespace is { } space && !space.StartsWith("System", StringComparison.Ordinal) ? $"{space}.{type.Name}" : type.Name;
        var tick = name.LastIndexOf('`');
        return type.IsGenericType && tick >= 0 ? $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }

    private static bool IsVisible(Type type) => type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!) : type.IsPublic;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    /// <summary>What the compiler adds to records.</summary>
    private static bool IsGenerated(MethodInfo method) => method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.Name.Contains('<', StringComparison.Ordinal);
}
