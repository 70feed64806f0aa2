using System.Text.Json;
using LiftPlus.Samples.QuickStart;

namespace LiftPlus.Samples.Tests;

public sealed class QuickStartTests
{
    public static TheoryData<string> Tables => ["main", .. Contenders.ByPart.Keys];

    [Theory]
    [MemberData(nameof(Tables))]
    public void EveryRowIsARecipeOfItsOwn(string table)
    {
        IReadOnlyList<Contender> rows = table == "main" ? Contenders.Main : Contenders.ByPart[table];
        string[] recipes =
        [
            .. rows.Select(row =>
            {
                LongTailFineTunerBuilder builder = LongTailFineTuner.CreateBuilder().UseBackbone("tiny-clip");
                row.Choose(builder);
                return RecipeJson.Write(builder.Build().Recipe);
            }),
        ];
        Assert.Equal(recipes.Length, recipes.Distinct().Count());
        Assert.Equal(rows.Count, rows.Select(row => row.Name).Distinct().Count());
        Assert.True(table == "main" || rows.Any(row => row.Name.EndsWith("(LIFT+)", StringComparison.Ordinal)));
    }

    [Fact]
    public void JsonHasMeansAndSampleDeviations()
    {
        MethodResult Row(string method, double overall, double? few) => new(method, overall, 1, 2, 3, few, 100, 0.25, 10);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            ResultTable.WriteJson([Row("a", 60, null), Row("b", 1, 2), Row("a", 64, null)], file);
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
            JsonElement[] rows = [.. json.RootElement.EnumerateArray()];
            Assert.Equal(["a", "b"], rows.Select(row => row.GetProperty("method").GetString()));
            Assert.Equal(62, rows[0].GetProperty("overall").GetDouble());
            Assert.Equal(Math.Sqrt(8), rows[0].GetProperty("overallDeviation").GetDouble(), 1e-12);
            Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("few").ValueKind);
            Assert.Equal(100, rows[0].GetProperty("trainedParameters").GetInt64());
            Assert.Equal(0.25, rows[1].GetProperty("trainedFraction").GetDouble());
            Assert.False(rows[1].TryGetProperty("overallDeviation", out _));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
