using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace LoraDiff.Cli.Tests.TorchSharpApi;

/// <summary>What a built assembly uses of the assembly TorchSharp: types and members with their signatures, one text each.</summary>
internal static class TorchSharpReferences
{
    private const string Library = "TorchSharp";

    private static readonly TypeNames Names = new();

    public static IReadOnlyCollection<string> Of(string assemblyPath)
    {
        using var stream = File.OpenRead(assemblyPath);
        using var file = new PEReader(stream);
        var reader = file.GetMetadataReader();
        SortedSet<string> used = new(StringComparer.Ordinal);
        foreach (var handle in reader.TypeReferences.Where(handle => IsTorch(reader, handle)))
        {
            used.Add(Names.GetTypeFromReference(reader, handle, 0));
        }

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (Declaring(reader, member.Parent) is { } declaring)
            {
                used.Add(Text(reader, declaring, member));
            }
        }

        return used;
    }

    /// <returns>The declaring type's name where it is TorchSharp's, else null.</returns>
    private static string? Declaring(MetadataReader reader, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference)
        {
            return IsTorch(reader, (TypeReferenceHandle)parent) ? Names.GetTypeFromReference(reader, (TypeReferenceHandle)parent, 0) : null;
        }

        if (parent.Kind != HandleKind.TypeSpecification)
        {
            return null;
        }

        // A member of a constructed generic type: its signature is that of the definition, so the definition's name is enough.
        var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return null;
        }

        blob.ReadByte();
        var definition = blob.ReadTypeHandle();
        return definition.Kind == HandleKind.TypeReference && IsTorch(reader, (TypeReferenceHandle)definition) ? Names.GetTypeFromReference(reader, (TypeReferenceHandle)definition, 0) : null;
    }

    private static bool IsTorch(MetadataReader reader, TypeReferenceHandle handle)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind == HandleKind.TypeReference ? IsTorch(reader, (TypeReferenceHandle)scope)
            : scope.Kind == HandleKind.AssemblyReference && reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name) == Library;
    }

    private static string Text(MetadataReader reader, string declaring, MemberReference member)
    {
        var name = reader.GetString(member.Name);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            return $"{declaring}::{name} : {member.DecodeFieldSignature(Names, null)}";
        }

        var signature = member.DecodeMethodSignature(Names, null);
        var arity = signature.GenericParameterCount == 0 ? "" : $"`{signature.GenericParameterCount}";
        return $"{(signature.Header.IsInstance ? "" : "static ")}{declaring}::{name}{arity}({string.Join(", ", signature.ParameterTypes)}) : {signature.ReturnType}";
    }
}
