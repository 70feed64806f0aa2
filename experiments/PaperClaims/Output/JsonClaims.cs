using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Writes the findings as JSON: the tables, features and claims of each world, with a list of values per measure and one value per seed;
/// the ladder of foundations; and the runs that are missing.
/// </summary>
internal static class JsonClaims
{
    private const int CurrentSchema = 1;

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(IReadOnlyList<Findings> parts, LadderFindings? ladder) =>
        JsonSerializer.Serialize(
            new
            {
                SchemaVersion = CurrentSchema,
                Seeds = MarkdownClaims.All(parts, ladder).Max(part => part.Plan.Seeds),
                Environment = MarkdownClaims.All(parts, ladder).Select(part => part.Environment).FirstOrDefault(found => found is not null),
                Worlds = parts.SelectMany(part => part.Plan.Worlds.Select(world => World(part, world))),
                Ladder = ladder is null ? null : Ladder(ladder),
                Missing = MarkdownClaims
                    .All(parts, ladder)
                    .SelectMany(part => part.Missing)
                    .Select(missing => new
                    {
                        missing.Run.World,
                        missing.Run.Seed,
                        missing.Run.Name,
                        missing.Failure,
                    }),
            },
            s_options
        );

    private static object Ladder(LadderFindings ladder) =>
        new
        {
            Rungs = ladder.Rungs.Select(rung => new
            {
                rung.World.Id,
                rung.World.Title,
                rung.World.Description,
                rung.ZeroShot,
                rung.Few,
                rung.Overall,
                rung.Light,
                rung.Heavy,
                Table = Table(ladder.Runs, rung.World, LadderTable.Table),
            }),
            Few = new { ladder.Few.Places, ladder.Few.Text },
            Overall = new { ladder.Overall.Places, ladder.Overall.Text },
            ladder.NotPretrained,
        };

    private static object World(Findings findings, World world) =>
        new
        {
            world.Id,
            world.Title,
            world.Description,
            findings.Environment,
            Tables = findings.Plan.Tables.Select(table => Table(findings, world, table)),
            Features = findings
                .Plan.Tables.SelectMany(table => table.Rows)
                .Where(row => row.Diagnosed)
                .SelectMany(row =>
                    findings
                        .Diagnostics(world, row)
                        .Select(run => new
                        {
                            row.Title,
                            run.Seed,
                            Divergence = run.Diagnostic.Groups.ToDictionary(group => group.Group.ToString(), group => group.Divergence),
                        })
                ),
            Claims = findings
                .Claims.Where(claim => claim.World == world)
                .Select(claim => new
                {
                    claim.Number,
                    claim.Claim.Title,
                    claim.Claim.Paper,
                    claim.Verdict,
                    claim.Comparisons,
                }),
        };

    private static object Table(Findings findings, World world, PaperTable table)
    {
        ILookup<string, ComparedRun>? runs = findings.Compare(world, table)?.Runs.ToLookup(run => run.Method);
        return new
        {
            table.Id,
            table.Title,
            Rows = findings
                .Rows(world, table)
                .Select(row => (row.Title, Runs: runs?[row.Title] ?? []))
                .Select(row => new
                {
                    row.Title,
                    Seeds = row.Runs.Select(run => run.Seed),
                    Accuracy = MarkdownClaims.Columns.ToDictionary(
                        measure => measure.ToString(),
                        measure => row.Runs.Select(run => measure.GetValue(run.Report))
                    ),
                    TrainingSeconds = row.Runs.Select(run => run.Report.TrainingSeconds),
                    row.Runs.FirstOrDefault()?.Report.TrainedParameters,
                }),
        };
    }
}
