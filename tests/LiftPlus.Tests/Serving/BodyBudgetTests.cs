using LiftPlus.Serving;

namespace LiftPlus.Tests.Serving;

public sealed class BodyBudgetTests
{
    [Fact]
    public async Task WithoutWaiting_OneMayExceedTheLimit()
    {
        var budget = new BodyBudget(100, waits: false);
        BodyBudget.Share first = budget.Open(),
            second = budget.Open();
        await Take(first, 80);
        await Take(second, 40); // beyond
        await Take(second, 1000);
        await Assert.ThrowsAsync<QueueFullException>(() => Take(first, 1));
        Assert.Equal(1120, budget.Used);
        second.Dispose();
        await Take(first, 20);
        await Take(first, 1); // now it is the one
        first.Dispose();
        first.Dispose();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public async Task Waiting_GoesInTurns_AndSkipsWhoHasGone()
    {
        var budget = new BodyBudget(100, waits: true);
        BodyBudget.Share[] shares = [.. Enumerable.Range(0, 5).Select(_ => budget.Open())];
        await Take(shares[0], 100);
        await Take(shares[1], 10); // beyond
        using var cancel = new CancellationTokenSource();
        Task large = Take(shares[2], 90, cancel.Token),
            small = Take(shares[3], 5),
            last = Take(shares[4], 60);
        await Take(shares[1], 500); // does not wait behind the others
        Assert.False(small.IsCompleted); // its turn comes after the large one's
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        shares[2].Dispose();
        Assert.False(small.IsCompleted || last.IsCompleted);
        shares[1].Dispose();
        await small; // it exceeds the limit now
        Assert.False(last.IsCompleted);
        shares[0].Dispose();
        await last;
        Assert.Equal(65, budget.Used);
        shares[3].Dispose();
        shares[4].Dispose();
        Assert.Equal(0, budget.Used);
    }

    private static Task Take(BodyBudget.Share share, int bytes, CancellationToken cancellationToken = default) =>
        share.TakeAsync(bytes, cancellationToken).AsTask();
}
