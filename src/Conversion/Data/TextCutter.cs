using System.Text;

namespace LoraDiff.Conversion.Data;

/// <summary>Cuts a plain text file into pieces that end after a line, so that a file of any size is read with little memory.</summary>
internal sealed class TextCutter : RecordCutter
{
    private const int PieceBytes = 1 << 20;

    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[PieceBytes];
    private int _start, _end;
    private long _fileOffset;   // of _buffer[0]
    private long _nextLine = 1;

    public TextCutter(string path)
    {
        _file = OpenFile(path);
        Fill();
        _start = _buffer.AsSpan(0, _end) is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
    }

    public override void Dispose() => _file.Dispose();

    protected override bool Cut()
    {
        var more = Fill();
        if (_end == _start)
        {
            return false;
        }

        var piece = _buffer.AsSpan(_start, _end - _start);
        var length = more ? Boundary(piece) : piece.Length;
        (Number, Offset, Continues) = (_nextLine, _fileOffset + _start, more);
        Bytes = _buffer.AsMemory(_start, length);
        _nextLine += piece[..length].Count((byte)'\n');
        _start += length;
        return true;
    }

    /// <summary>After the last line end, else where a character ends.</summary>
    private static int Boundary(ReadOnlySpan<byte> piece)
    {
        var line = piece.LastIndexOf((byte)'\n') + 1;
        return line > 0 ? line
            : Rune.DecodeLastFromUtf8(piece, out _, out var last) == System.Buffers.OperationStatus.Done || last >= piece.Length ? piece.Length
            : piece.Length - last;
    }

    /// <returns>Whether the file goes on after what is in the buffer.</returns>
    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _fileOffset += _start;
        (_start, _end) = (0, _end - _start);
        while (_end < _buffer.Length)
        {
            var read = _file.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return _file.Position < _file.Length;
    }
}
