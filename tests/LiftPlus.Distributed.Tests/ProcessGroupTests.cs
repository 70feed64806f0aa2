using System.Text;
using LiftPlus.Processes;

namespace LiftPlus.Distributed.Tests;

/// <summary>Holds how processes meet, with threads in their place.</summary>
public sealed class ProcessGroupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryProcessGetsThePartsOfAllInOrder(int count)
    {
        string[] found = new string[count];
        Exception?[] thrown = ThreadCollective.Run(count, collective =>
        {
            var group = new ProcessGroup(collective);
            Assert.Equal(group.Rank, group.LocalRank); // all are of this machine
            group.Enter();
            byte[] own = Encoding.UTF8.GetBytes(new string((char)('a' + group.Rank), 3 * group.Rank));
            found[group.Rank] = string.Join(",", group.Gather(own).Select(Encoding.UTF8.GetString));
            Assert.Equal(7, group.FromFirst(7 + group.Rank));
            Assert.Equal(group.Count > 3, group.Any(group.Rank == 3));
            Assert.Equal(Enumerable.Range(0, count), group.FromAll(group.Rank));
            group.Leave(null);
        });
        Assert.All(thrown, Assert.Null);
        string expected = string.Join(",", Enumerable.Range(0, count).Select(rank => new string((char)('a' + rank), 3 * rank)));
        Assert.All(found, one => Assert.Equal(expected, one));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void AFailureOfOneProcessEndsTheRunOfAll(int failing)
    {
        Exception?[] thrown = ThreadCollective.Run(3, collective =>
        {
            var group = new ProcessGroup(collective);
            group.Enter();
            group.Gather([1]);
            if (group.Rank == failing)
            {
                group.Leave(new LiftPlusException("The disk is full."));
                return;
            }

            var told = Assert.Throws<LiftPlusException>(() => group.Gather([2]));
            Assert.Equal($"Process {failing} has ended the run: The disk is full.", told.Message);
            group.Leave(told); // as a run does, without another meeting
            Assert.False(group.IsRunning);
            group.Enter();
        });
        Assert.All(thrown, Assert.Null);
    }

    [Fact]
    public void AfterAFailureTheSameProcessesCanRunAgain()
    {
        Exception?[] thrown = ThreadCollective.Run(2, collective =>
        {
            var group = new ProcessGroup(collective);
            group.Enter();
            group.Leave(new LiftPlusException($"Failure of {group.Rank}.")); // both at once
            group.Enter();
            Assert.Equal(2, group.Gather([1]).Count);
            group.Leave(null);
        });
        Assert.All(thrown, Assert.Null);
    }

    [Fact]
    public void ACancellationOfOneProcessIsOneOfAll()
    {
        Exception?[] thrown = ThreadCollective.Run(2, collective =>
        {
            var group = new ProcessGroup(collective);
            group.Enter();
            if (group.Rank == 1)
                group.Leave(new OperationCanceledException());
            else
                group.Leave(null);
        });
        Assert.IsType<OperationCanceledException>(thrown[0]);
        Assert.Null(thrown[1]);
    }

    [Fact]
    public void ProcessesAtDifferentPointsAreRefused()
    {
        Exception?[] thrown = ThreadCollective.Run(2, collective =>
        {
            var group = new ProcessGroup(collective);
            group.Enter();
            if (group.Rank == 0)
                group.Gather([1]);
            else
                group.Leave(null);
        });
        Assert.All(thrown, one => Assert.Contains("Gather, End", Assert.IsType<LiftPlusException>(one).Message));
    }

    [Fact]
    public void AFailureWhileOthersWaitEndsAllProcesses()
    {
        Exception?[] thrown = ThreadCollective.Run(1, collective =>
            new ProcessGroup(collective).Exchange(() => throw new ArithmeticException("of one"))
        );
        Assert.Equal("The job was aborted.", Assert.IsType<InvalidOperationException>(thrown[0]).Message);
    }
}
