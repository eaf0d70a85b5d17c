using System.Text;
using TorchSharp.Native;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>TorchScript.</summary>
    public static partial class jit
    {
        /// <summary>Compiles functions from source text. Keep the unit for as long as its functions are wanted: each is optimised over its first calls.</summary>
        public static CompilationUnit compile(string script)
        {
            ArgumentException.ThrowIfNullOrEmpty(script);
            IntPtr unit;
            // The parser wants a line break after the last line.
            fixed (byte* source = Encoding.UTF8.GetBytes(script + "\n\0"))
            {
                NativeError.Check(NativeMethods.ld_jit_compile(source, &unit));
            }
            return new CompilationUnit(unit);
        }
    }
}
