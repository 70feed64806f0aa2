using LiftPlus.Native;
using LiftPlus.Tests;
using LiftPlus.TestSupport;

namespace LiftPlus.Distributed.Tests;

/// <summary>Holds what MPI does and says.</summary>
public sealed class MpiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Open MPI v4.1.4, package: Debian OpenMPI", 1001, 1002)]
    [InlineData("MPICH Version:\t4.0.2\nMPICH Release date: ...", 0x44000000, 0x4c00010d)]
    [InlineData("Intel(R) MPI Library 2021.13 for Linux* OS", 0x44000000, 0x4c00010d)]
    [InlineData("Microsoft MPI 10.1.12498.52", 0x44000000, 0x4c00010d)]
    public void TheConstantsAreThoseOfTheImplementation(string version, long world, long @byte)
    {
        MpiHandles? handles = MpiHandles.Of(version, name => name == "ompi_mpi_comm_world" ? 1001 : 1002);
        Assert.Equal(new MpiHandles((nint)world, (nint)@byte), handles);
    }

    [Fact]
    public void AnImplementationThatIsNotKnownIsRefused() => Assert.Null(MpiHandles.Of("OtherMPI 1.0", _ => 1));

    [Fact]
    public void AMissingLibraryNamesThePackage()
    {
        string message = Assert.Throws<LiftPlusException>(() => MpiLibrary.Find("libmpi-missing.so.9")).Message;
        Assert.Contains("There is no MPI library: libmpi-missing.so.9 cannot be loaded.", message);
        Assert.Contains(
            OperatingSystem.IsWindows() ? "Microsoft MPI"
                : OperatingSystem.IsMacOS() ? "open-mpi"
                : "openmpi-bin",
            message
        );
    }

    [Fact]
    public void AnotherLibraryIsNotTakenForMpi()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test names a library of Linux.");
        string message = Assert.Throws<LiftPlusException>(() => MpiLibrary.Find("libc.so.6")).Message;
        Assert.Contains("libc.so.6 is not an MPI library: it has no MPI_Get_library_version.", message);
    }

    [Fact]
    public void ASweepRefusesSeveralProcesses()
    {
        LongTailFineTuner tuner = TestWorld.Builder().UseMpi().Build();
        var refused = Assert.Throws<LiftPlusException>(() => tuner.SweepAsync(TestWorld.Dataset(4, 4, 4), []).GetAwaiter().GetResult());
        Assert.Contains("Build it without UseMpi", refused.Message);
    }

    [Fact]
    public void ALibraryThatDoesNotBelongToTheStarterIsRefused()
    {
        var starter = MpiStarter.Find("Open MPI");
        _ = MpiStarter.Find("MPICH"); // its library
        Environment.SetEnvironmentVariable("LIFTPLUS_TEST_MPI", "libmpich.so.12");
        try
        {
            using Job job = Job.OverMpi(starter, 2, _folder.Path, "adaptformer");
            Assert.False(job.Wait());
            Assert.Contains(job.Lines, line => line.Contains("2 processes were started (OMPI_COMM_WORLD_SIZE), and libmpich.so.12"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("LIFTPLUS_TEST_MPI", null);
        }
    }

    [Theory]
    [InlineData("Open MPI")]
    [InlineData("MPICH")]
    public void AJobThatLosesAProcessEndsAndGoesOnToTheSameModel(string implementation)
    {
        const string undisturbed = "lora+random+long",
            killed = "lora+random+long+resume+talks";
        var starter = MpiStarter.Find(implementation);
        var random = new Random(1);
        using Job alone = Job.OverSockets(1, _folder.Path, undisturbed);
        Assert.True(alone.Wait(), string.Join(Environment.NewLine, alone.Lines));
        int step = 0;
        for (int round = 0; round < Rounds.Count(usual: 1); round++)
        {
            int count = round % 2 == 0 ? 4 : 2;
            using Job job = Job.OverMpi(starter, count, _folder.Path, killed);
            if (!job.WaitForStep(step += random.Next(1, 4)))
                break; // the run was over
            job.Kill(random.Next(count));
            Assert.False(job.Wait());
        }

        using Job last = Job.OverMpi(starter, 2, _folder.Path, killed);
        Assert.True(last.Wait(), string.Join(Environment.NewLine, last.Lines));
        Assert.Equal(alone.Outcome(undisturbed), last.Outcome(killed, 0));
        Assert.Equal(alone.Outcome(undisturbed), last.Outcome(killed, 1));
    }
}
