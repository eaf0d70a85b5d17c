namespace LoraDiff.Tokenizers.Models;

/// <summary>A binary heap of merges, by rank and then by place.</summary>
internal sealed class MergeQueue(int capacity)
{
    private Item[] _items = new Item[Math.Max(capacity, 16)];
    private int _count;
    private bool _ordered;

    /// <summary>Adds a merge; until <see cref="Order"/> is called without keeping order.</summary>
    public void Add(int rank, int at, int merged)
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }

        _items[_count++] = new Item(((ulong)(uint)rank << 32) | (uint)at, merged);
        if (_ordered)
        {
            Rise(_count - 1);
        }
    }

    /// <summary>Brings what was added so far into order, in linear time.</summary>
    public void Order()
    {
        for (var i = (_count / 2) - 1; i >= 0; i--)
        {
            Sink(i);
        }

        _ordered = true;
    }

    /// <summary>Takes the merge of lowest rank, the leftmost of equals.</summary>
    public bool TryTake(out int at, out int merged)
    {
        if (_count == 0)
        {
            at = merged = -1;
            return false;
        }

        (at, merged) = ((int)(uint)_items[0].Key, _items[0].Merged);
        _items[0] = _items[--_count];
        Sink(0);
        return true;
    }

    private void Rise(int i)
    {
        var item = _items[i];
        while (i > 0 && _items[(i - 1) / 2].Key > item.Key)
        {
            _items[i] = _items[(i - 1) / 2];
            i = (i - 1) / 2;
        }

        _items[i] = item;
    }

    private void Sink(int i)
    {
        var item = _items[i];
        while (true)
        {
            var child = (2 * i) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _items[child + 1].Key < _items[child].Key)
            {
                child++;
            }

            if (_items[child].Key >= item.Key)
            {
                break;
            }

            _items[i] = _items[child];
            i = child;
        }

        _items[i] = item;
    }

    private readonly record struct Item(ulong Key, int Merged);
}
