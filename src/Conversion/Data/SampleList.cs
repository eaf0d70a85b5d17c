using System.Collections;

namespace LoraDiff.Conversion.Data;

/// <summary>Some documents of a store, in an order, each as often as its number stands in the list; null takes all.</summary>
internal sealed class SampleList(SampleStore store, int[]? numbers) : IReadOnlyList<TrainingSample>
{
    public int Count => numbers?.Length ?? store.Count;

    public TrainingSample this[int index] => store[numbers is null ? index : numbers[index]];

    public IEnumerator<TrainingSample> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
