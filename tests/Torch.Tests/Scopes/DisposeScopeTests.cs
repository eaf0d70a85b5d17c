using static TorchSharp.torch;

namespace TorchSharp.Tests.Scopes;

public class DisposeScopeTests
{
    [Fact]
    public void Dispose_TensorsMadeInside_AreDisposed()
    {
        Tensor inside;
        using (NewDisposeScope())
        {
            inside = ones(3);
            Assert.False(inside.IsInvalid);
        }

        Assert.True(inside.IsInvalid);
    }

    [Fact]
    public void Dispose_TensorsMadeOutside_Stay()
    {
        using var outside = ones(3);
        using (NewDisposeScope())
        {
            _ = outside + 1;
        }

        Assert.False(outside.IsInvalid);
    }

    [Fact]
    public void MoveToOuter_NestedScopes_MovesOneLevel()
    {
        Tensor moved;
        using (NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                moved = inner.MoveToOuter(ones(2) + 1);
            }
            Assert.False(moved.IsInvalid);
        }

        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void MoveToOuterDisposeScope_OutermostScope_Detaches()
    {
        Tensor moved;
        using (NewDisposeScope())
        {
            moved = ones(2).MoveToOuterDisposeScope();
        }

        Assert.False(moved.IsInvalid);
        moved.Dispose();
    }

    [Fact]
    public void MoveToOther_ScopeThatIsNotAround_Moves()
    {
        using var first = NewDisposeScope();
        var x = ones(1);
        var other = NewDisposeScope();
        using var inner = NewDisposeScope();
        x.MoveToOtherDisposeScope(other);

        Assert.True(other.Contains(x));
        Assert.False(first.Contains(x));
        other.Dispose();
        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void Attach_UnscopedTensor_IsDisposedWithTheScope()
    {
        var x = ones(1);
        using (var scope = NewDisposeScope())
        {
            scope.Attach(x);
        }

        Assert.True(x.IsInvalid);
    }

    [Fact]
    public void Attach_NotATensor_Throws()
    {
        using var scope = NewDisposeScope();
        using var other = new MemoryStream();

        Assert.Throws<InvalidOperationException>(() => scope.Attach(other));
    }

    [Fact]
    public void DisposeEverythingBut_KeepsThatTensorInTheScope()
    {
        Tensor kept;
        using (var scope = NewDisposeScope())
        {
            kept = ones(1);
            var gone = ones(1);
            scope.DisposeEverythingBut(kept);

            Assert.True(gone.IsInvalid);
            Assert.False(kept.IsInvalid);
            Assert.Equal(1, scope.DisposablesCount);
        }

        Assert.True(kept.IsInvalid);
    }

    [Fact]
    public void DisposablesView_ManyDisposedByHand_HoldsTheLivingInOrder()
    {
        using var scope = NewDisposeScope();
        var all = Enumerable.Range(0, 1000).Select(i => tensor(i)).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            if (i % 100 != 0)
            {
                all[i].Dispose();
            }
        }

        Assert.Equal(10, scope.DisposablesCount);
        Assert.Equal([0, 100, 200, 300, 400, 500, 600, 700, 800, 900], scope.DisposablesView.Select(x => ((Tensor)x).item<int>()));
        all[100].DetachFromDisposeScope();
        Assert.Equal(9, scope.DisposablesCount);
        Assert.False(scope.Contains(all[100]));
        all[100].Dispose();
    }

    [Fact]
    public void Dispose_OuterBeforeInner_InnerStaysCurrent()
    {
        var outer = NewDisposeScope();
        using var inner = NewDisposeScope();
        outer.Dispose();

        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void UseAfterDispose_Throws()
    {
        var scope = NewDisposeScope();
        scope.Dispose();

        Assert.Throws<ObjectDisposedException>(() => scope.DisposablesCount);
        Assert.Throws<ObjectDisposedException>(() => scope.DisposeEverything());
        scope.Dispose();
    }

    [Fact]
    public void WrappedTensorDisposeScope_OnlyTheResultSurvives()
    {
        var before = Tensor.TotalCount;
        using var result = WrappedTensorDisposeScope(() => (ones(2) + 1) * 2);

        Assert.Equal([4f, 4f], result.data<float>().ToArray());
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Fact]
    public void Statistics_CountCreationDisposalAndMoves()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        var outside = ones(1);
        using (var scope = NewDisposeScope())
        {
            var a = ones(1);
            _ = ones(1);
            a.DetachFromDisposeScope();
            scope.Attach(outside);

            Assert.Equal(1, statistics.CreatedOutsideScopeCount);
            Assert.Equal(2, statistics.CreatedInScopeCount);
            Assert.Equal(1, statistics.DetachedFromScopeCount);
            Assert.Equal(1, statistics.AttachedToScopeCount);
            Assert.Equal(3, statistics.ThreadTotalLiveCount);
            a.Dispose();
            Assert.Equal(1, statistics.DisposedOutsideScopeCount);
        }

        Assert.Equal(2, statistics.DisposedInScopeCount);
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
        Assert.StartsWith("ThreadTotalLiveCount: 0; CreatedOutsideScopeCount: 1;", statistics.ToString(), StringComparison.Ordinal);
        statistics.Reset();
        Assert.Equal(0, statistics.CreatedInScopeCount);
    }

    [Fact]
    public void Scopes_BelongToTheirThread()
    {
        using var scope = NewDisposeScope();
        var onOtherThread = OtherThread.Run(() => (CurrentDisposeScope, ones(1)));

        Assert.Null(onOtherThread.CurrentDisposeScope);
        Assert.False(scope.Contains(onOtherThread.Item2));
        onOtherThread.Item2.Dispose();
    }
}
