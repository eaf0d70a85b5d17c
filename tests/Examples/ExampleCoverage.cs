using System.Reflection;
using System.Reflection.Emit;
using LoraDiff.Fixtures;

namespace LoraDiff.Examples;

/// <summary>Checks that every public type is used by an example that is a test, and named by its page of the documentation.</summary>
internal static class ExampleCoverage
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    /// <summary>Fails for a type that no method <c>Example_…</c> of the tests uses, or that no page names.</summary>
    public static void Require(Type tests, IEnumerable<Type> types, params string[] pages)
    {
        var expected = types.ToArray();
        Assert.NotEmpty(expected);
        var examples = tests.GetMethods(All).Where(m => m.Name.StartsWith("Example_", StringComparison.Ordinal)).ToArray();
        Assert.All(examples, e => Assert.NotNull(e.GetCustomAttribute<FactAttribute>()));
        // Lambdas of the examples are methods of types that the compiler nests.
        var used = examples.Concat(tests.GetNestedTypes(All).SelectMany(t => t.GetMethods(All)).Where(m => m.Name.Contains("<Example_", StringComparison.Ordinal))).SelectMany(TypesUsedBy).ToHashSet();
        Assert.Equal([], expected.Where(t => !used.Contains(t)).Select(t => $"{t.Name} has no example in {tests.Name}"));
        var text = string.Concat(pages.Select(page => File.ReadAllText(Path.Combine(FixtureFolder.Repository, "docs", page))));
        Assert.Equal([], expected.Where(t => !text.Contains(t.Name, StringComparison.Ordinal)).Select(t => $"{t.Name} is not named in {string.Join(", ", pages)}"));
    }

    /// <summary>The types that a method's code names, and those of the locals, parameters and members that it uses.</summary>
    private static IEnumerable<Type> TypesUsedBy(MethodInfo method)
    {
        var body = method.GetMethodBody()!;
        var code = body.GetILAsByteArray()!;
        List<Type> types = [.. body.LocalVariables.Select(v => v.LocalType)];
        for (var at = 0; at < code.Length;)
        {
            var one = code[at++];
            var opcode = one == 0xFE ? Codes[(short)(0xFE00 | code[at++])] : Codes[one];
            if (opcode.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                types.AddRange(Mentioned(method.Module.ResolveMember(BitConverter.ToInt32(code, at), method.DeclaringType!.GetGenericArguments(), method.GetGenericArguments())!));
            }

            at += opcode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }

        return types.SelectMany(Parts);
    }

    private static IEnumerable<Type> Mentioned(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodInfo method => [method.DeclaringType!, method.ReturnType, .. method.GetParameters().Select(p => p.ParameterType), .. method.GetGenericArguments()],
        MethodBase constructor => [constructor.DeclaringType!],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) => type.HasElementType ? Parts(type.GetElementType()!) : type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)] : [type];
}
