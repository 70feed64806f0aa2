using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>The findings as JSON: per world tables (one list of values a measure, a value a seed) and claims, and what was not run.</summary>
internal static class JsonClaims
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(Findings findings) => JsonSerializer.Serialize(
        new
        {
            SchemaVersion = 1,
            findings.Plan.Seeds,
            Worlds = findings.Plan.Worlds.Select(world => new
            {
                world.Id,
                world.Title,
                world.Description,
                Tables = findings.Plan.Tables.Select(table => new
                {
                    table.Id,
                    table.Title,
                    Rows = table.Rows.Where(row => findings.Plan.Find(world, row, 0) is not null).Select(row => new
                    {
                        row.Title,
                        Accuracy = Enum.GetValues<Measure>().ToDictionary(measure => measure.ToString(), measure => findings.Values(world, row, measure)),
                        Seeds = findings.Results(world, row).Select(result => result.Seed),
                        Seconds = findings.Results(world, row).Select(result => result.Seconds),
                        TrainedParameters = findings.Results(world, row).FirstOrDefault()?.TrainedParameters,
                    }),
                }),
                Claims = findings.Claims.Where(claim => claim.World == world).Select(claim => new
                {
                    claim.Number,
                    claim.Claim.Title,
                    claim.Claim.Paper,
                    claim.Verdict,
                    claim.Comparisons,
                }),
            }),
            Missing = findings.Missing.Select(missing => new { missing.Run.World, missing.Run.Seed, missing.Run.Name, missing.Failure }),
        },
        s_options);
}
