namespace LoraDiff.Conversion.Data;

/// <summary>Reads a file line by line as bytes: line feeds with or without carriage returns, a byte order mark at the start, no limit to the file and a bound to the line.</summary>
internal sealed class LineScanner : RecordCutter
{
    private const int FirstBuffer = 1 << 18;

    private readonly FileStream _file;
    private readonly int _maxBytes;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start, _scanned, _end;
    private long _fileOffset;   // of _buffer[0]
    private bool _ended, _tooLong;

    public LineScanner(string path, int maxBytes)
    {
        _maxBytes = maxBytes;
        _file = OpenFile(path);
        Fill();
        if (_buffer.AsSpan(0, _end) is [0xEF, 0xBB, 0xBF, ..])
        {
            _start = _scanned = 3;
        }
    }

    public override void Dispose() => _file.Dispose();

    protected override bool Cut()
    {
        _tooLong = false;
        while (true)
        {
            var at = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf((byte)'\n');
            if (at >= 0)
            {
                return Take(_scanned + at, _scanned + at + 1);
            }

            _scanned = _end;
            if (_end - _start - 1 > _maxBytes)
            {
                // Forget what was read of the line, and go on looking for its end.
                (Offset, _tooLong) = (_tooLong ? Offset : _fileOffset + _start, true);
                _start = _end;
            }

            if (_ended)
            {
                return (_end > _start || _tooLong) && Take(_end, _end);
            }

            Fill();
        }
    }

    private bool Take(int end, int next)
    {
        Number++;
        Offset = _tooLong ? Offset : _fileOffset + _start;
        var length = end - _start;
        if (length > 0 && _buffer[end - 1] == (byte)'\r')
        {
            length--;
        }

        _tooLong |= length > _maxBytes;
        Problem = _tooLong ? TooLong(_maxBytes) : null;
        Bytes = _tooLong ? default : _buffer.AsMemory(_start, length);
        _start = _scanned = next;
        return true;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _fileOffset += _start;
            (_end, _scanned, _start) = (_end - _start, _scanned - _start, 0);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, 2L * _buffer.Length));
        }

        var read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
    }
}
