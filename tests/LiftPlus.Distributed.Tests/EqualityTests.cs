using LiftPlus.TestSupport;

namespace LiftPlus.Distributed.Tests;

/// <summary>
/// Holds that several processes train the model of one process with as many micro-batches, bit for bit, and measure the same in validation.
/// LIFTPLUS_ROUNDS asks for all cases.
/// </summary>
public sealed class EqualityTests : IDisposable
{
    private static readonly string[] s_usual =
    [
        "adaptformer",
        "lora+bfloat16+average",
        "full+clip+recompute",
        "lora+imbsam",
        "features+classmean",
        "linearprobe+adaptformer+noise+adamw+balanced",
    ];

    private static readonly string[] s_rest =
    [
        "adaptformer+bfloat16",
        "lora",
        "full",
        "full+bfloat16",
        "adaptformer+sam",
        "classifier+linearprobe",
        "full+adamw+average+clip",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SeveralProcessesTrainTheModelOfOne() =>
        Compare(
            (count, folder, cases) => Job.OverSockets(count, folder, cases),
            4,
            Rounds.Count(0) > 0 ? [.. s_usual, .. s_rest] : s_usual
        );

    [Theory]
    [InlineData("Open MPI")]
    [InlineData("MPICH")]
    public void ProcessesOfMpiTrainTheModelOfOne(string implementation)
    {
        var starter = MpiStarter.Find(implementation);
        bool all = Rounds.Count(0) > 0;
        Compare(
            (count, folder, cases) => Job.OverMpi(starter, count, folder, cases),
            all ? 4 : 2,
            all ? [.. s_usual, .. s_rest] : s_usual[..3]
        );
    }

    private void Compare(Func<int, string, string[], Job> start, int most, string[] cases)
    {
        string[] expected = [.. Outcomes(Job.OverSockets(1, Folder("one"), cases), cases, 0)];
        Assert.All(expected, outcome => Assert.StartsWith("trained", outcome));
        Assert.Equal(cases.Length, expected.Distinct().Count()); // the cases train different models
        for (int count = 2; count <= most; count *= 2)
        {
            using Job job = start(count, Folder($"{count}"), cases);
            Assert.True(job.Wait(), string.Join(Environment.NewLine, job.Lines));
            for (int rank = 0; rank < count; rank++)
                Assert.Equal(expected, Outcomes(job, cases, rank));
        }
    }

    private static IEnumerable<string> Outcomes(Job job, string[] cases, int rank)
    {
        job.Wait();
        return cases.Select(name => job.Outcome(name, rank));
    }

    private string Folder(string name) => Directory.CreateDirectory(_folder[name]).FullName;
}
