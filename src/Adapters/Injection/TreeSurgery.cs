using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>Exchanges what a module tree is made of: a child for another, a parameter for another, wherever the owner holds it.</summary>
internal static class TreeSurgery
{
    private static readonly MethodInfo Register = FindRegister();

    /// <summary>Refuses a place whose fields could not hold the replacement; changes nothing.</summary>
    public static void CheckReplaceable(ModuleNode node, Type replacement)
    {
        foreach (var slot in FieldSlot.Find(node.Parent, node.Module))
        {
            if (!slot.Type.IsAssignableFrom(replacement))
            {
                throw new AdapterException(
                    $"'{node.Path}' cannot be adapted: {slot.Where} is declared as {slot.Type.Name}, which cannot hold the adapted layer. Declare it as nn.Module<Tensor, Tensor>, or exclude the module.");
            }
        }
    }

    /// <summary>Puts another module in a child's place: in the registration, at the same position, and in every field, list or dictionary of the parent.</summary>
    public static void ReplaceChild(nn.Module parent, string name, nn.Module replacement)
    {
        (string Name, nn.Module Module)[] from = [.. parent.named_children().SkipWhile(child => child.name != name)];
        foreach (var slot in FieldSlot.Find(parent, from[0].Module))
        {
            slot.Set(replacement);
        }

        // The children after it are registered again too, so that the order stays.
        foreach (var child in from)
        {
            parent.register_module(child.Name, null!);
        }

        parent.register_module(name, replacement);
        foreach (var child in from[1..])
        {
            parent.register_module(child.Name, child.Module);
        }
    }

    /// <summary>Puts another parameter in a parameter's place: in the registration and in every field of the owner.</summary>
    public static void ReplaceParameter(nn.Module owner, Parameter current, Parameter replacement)
    {
        foreach (var slot in FieldSlot.Find(owner, current))
        {
            slot.Set(replacement);
        }

        // One parameter may be registered under several names; the enumeration names one at a time.
        while (owner.named_parameters(recurse: false).FirstOrDefault(item => ReferenceEquals(item.parameter, current)).name is { } name)
        {
            Register.Invoke(owner, [name, replacement]);
        }
    }

    // register_parameter refuses a name that is taken; this protected member, which TorchSharp's own setters use, does not.
    private static MethodInfo FindRegister()
    {
        const string Name = "ConditionallyRegisterParameter";
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;
        return typeof(nn.Module).GetMethod(Name, Hidden, [typeof(string), typeof(Parameter)])
            ?? typeof(nn.Module).GetMethod(Name, Hidden, [typeof(string), typeof(Tensor)])
            ?? throw new AdapterException($"This TorchSharp's nn.Module has no {Name}, which replacing parameters needs. Use TorchSharp 0.106 or later.");
    }
}
