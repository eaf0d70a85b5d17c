namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>A theory that compares with Python's libraries and says so where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute()
    {
        if (PythonPeer.Packages is null)
        {
            Skip = "There is no Python 3.11 with the packages tokenizers and jinja2 to compare with (LORADIFF_PYTHON_PEERS or /tmp/peers).";
        }
    }
}
