// Trains one model for each case of the command line, "FOLDER CASE...", in the processes that were started with this one: by
// mpirun, or by a test over sockets (LIFTPLUS_TEST_GROUP). Writes what each case ended with to FOLDER/CASE.RANK.txt.
using LiftPlus;
using LiftPlus.DistributedProcess;
using LiftPlus.Processes;

string folder = args[0];
ProcessGroup group = SocketCollective.FromEnvironment() is SocketCollective sockets
    ? new ProcessGroup(sockets)
    : Mpi.Join(Environment.GetEnvironmentVariable("LIFTPLUS_TEST_MPI"));
File.WriteAllText(Path.Combine(folder, $"{group.Rank}.pid"), $"{Environment.ProcessId}");
int failed = 0;
foreach (string name in args.Skip(1))
{
    string outcome = new Case(name, folder, group).Run();
    File.WriteAllText(Path.Combine(folder, $"{name}.{group.Rank}.txt"), outcome);
    failed += outcome.StartsWith("trained", StringComparison.Ordinal) ? 0 : 1;
}

return failed == 0 ? 0 : 1;
