namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>A theory that compares with Python's libraries and says so where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute() => Skip = PythonPeer.Absent;
}
