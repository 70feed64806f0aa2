using LiftPlus.Parts;
using LiftPlus.Plans;
using LiftPlus.Workers;

namespace LiftPlus.Fuzz.Doors;

/// <summary>The files of a prediction job, which every machine that reaches its folder can write.</summary>
internal static class JobDoors
{
    private static readonly string[] s_tokens =
    [
        "\"tar\":\"b.tar\",",
        "\"tar\":\"\\u0000\",",
        "\"start\":9223372036854775807,",
        "\"bytes\":536870912,",
        "\"images\":2147483647,",
        "\"sha256\":null,",
        "\"features\":\"Raw\",",
        "\"timeLimit\":\"-1.00:00:00\",",
        "null,",
        "\\ud800",
        "\n",
        "\u0000",
    ];

    public static IEnumerable<Door> Create(string folder)
    {
        yield return FileOf(folder, JobPlan.FileName, isJson: true, ReadShards);
        yield return FileOf(folder, JobPlan.ListName, isJson: false, ReadShards);
        yield return FileOf(folder, Path.Combine("parts", "part-00000.json"), isJson: true, place =>
            new JobParts(place, JobPlan.Read(place)).IsComplete(0, CancellationToken.None)
        );
        yield return FileOf(folder, "lease", isJson: false, place =>
        {
            string path = Path.Combine(place, "lease");
            new LeaseWatch(TimeSpan.FromHours(1), TimeProvider.System).Look(path);
            _ = Lease.TryTake(path, TimeSpan.FromHours(1), TimeProvider.System);
        });
    }

    // A separate folder for each file that is damaged, so that the others in it are sound.
    private static Door FileOf(string parent, string changed, bool isJson, Action<string> read)
    {
        string place = Path.Combine(parent, $"job-{Path.GetFileName(changed)}");
        return new Door
        {
            Name = $"job-{Path.GetFileName(changed)}",
            Share = 5,
            IsJson = isJson,
            Tokens = s_tokens,
            MakeSeeds = () =>
            {
                if (!Directory.Exists(place))
                    WriteJob(place);
                return [File.ReadAllBytes(Path.Combine(place, changed))];
            },
            Try = input =>
            {
                DoorTable.Write(place, changed, input);
                read(place);
            },
        };
    }

    private static void ReadShards(string place)
    {
        JobPlan plan = JobPlan.Read(place);
        foreach (PlannedShard shard in plan.Shards)
            _ = ShardImages.Read(place, plan, shard);
    }

    private static void WriteJob(string place)
    {
        string images = Path.Combine(Path.GetDirectoryName(place)!, $"images-{Path.GetFileName(place)}");
        string tar = DoorTable.Write(images, "b.tar", new byte[1024]); // no images, which is sound
        PredictionJob.Plan(place, ["a/1.png", "a/2.png", "b/ä.png", tar], new PredictionJobOptions { ShardSize = 2 });
        PartRecord record = new(JobPlan.Read(place).Sha256, 0, 2, 0, 5, new string('0', 64));
        DoorTable.Write(place, Path.Combine("parts", "part-00000.parquet"), "bytes"u8.ToArray());
        record.Write(Path.Combine(place, "parts", "part-00000.json"));
        DoorTable.Write(place, "lease", "worker-1 0000000000000000000\n"u8.ToArray());
    }
}
