using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.Tests.PaperClaims;

public sealed class RunPlanTests
{
    private static readonly World[] s_worlds = [new SmallWorld("large"), new SmallWorld("small", Rank.Telling)];

    [Fact]
    public void APlanIsTheSameEveryTimeAndHasEveryTrainingOnce()
    {
        var plan = new RunPlan(PaperTables.All, s_worlds, seeds: 2);
        Assert.Equal(plan.Runs, new RunPlan(PaperTables.All, s_worlds, seeds: 2).Runs);
        Assert.Equal(plan.Runs.Count, plan.Runs.Select(run => run.Key).Distinct().Count());
        Assert.Equal(plan.Runs.Count, plan.Runs.Select(run => (run.World, run.Seed, run.Recipe, run.Finish)).Distinct().Count());
        // LIFT+ is in most tables, under different titles, and is trained once.
        TableRow[] liftPlus =
        [
            .. PaperTables.All.SelectMany(table => table.Rows).Where(row => row.Title.Contains("(LIFT+)", StringComparison.Ordinal)),
        ];
        Assert.InRange(liftPlus.Length, 8, 100);
        Assert.Single(liftPlus.Select(row => plan.Find(s_worlds[0], row, seed: 1)!.Key).Distinct());
    }

    [Fact]
    public void EveryRowHasItsRunOnTheWorldsOfItsRank()
    {
        var plan = new RunPlan(PaperTables.All, s_worlds, seeds: 1);
        foreach (TableRow row in PaperTables.All.SelectMany(table => table.Rows))
        {
            PlannedRun run = Assert.IsType<PlannedRun>(plan.Find(s_worlds[0], row, 0));
            Assert.True(!row.Ensemble || run.Ensemble, row.Title);
            Assert.True(!row.Diagnosed || run.Diagnostic, row.Title);
            Assert.True(row.Rank != Rank.Telling || plan.Find(s_worlds[1], row, 0) is not null, row.Title);
        }
    }

    [Fact]
    public void TheMostTellingComeFirst_SeedBySeed()
    {
        var plan = new RunPlan(PaperTables.All, s_worlds, seeds: 2);
        // The first row that needs a run decides its rank.
        Dictionary<(string, Finish), Rank> ranks = PaperTables
            .All.SelectMany(table => table.Rows)
            .Select(row => (row.Rank, Run: plan.Find(s_worlds[0], row, 0)!))
            .GroupBy(row => (row.Run.Recipe, row.Run.Finish))
            .ToDictionary(rows => rows.Key, rows => rows.Min(row => row.Rank));
        (Rank, int)[] order = [.. plan.Runs.Select(run => (ranks[(run.Recipe, run.Finish)], run.Seed))];
        Assert.Equal(order.Order(), order);
        Assert.Contains("small", plan.Runs.TakeWhile(run => run.Seed == 0).Select(run => run.World));
    }

    [Fact]
    public void ATableNeedsItsOwnRunsOnly()
    {
        var plan = new RunPlan(PaperTables.All, s_worlds, seeds: 2);
        Assert.Equal(plan.Runs, plan.RunsOf([]));
        PaperTable table = PaperTables.All.Single(table => table.Id == "tte");
        string[] needed =
        [
            .. from world in s_worlds from row in table.Rows from seed in new[] { 0, 1 } select plan.Find(world, row, seed)!.Key,
        ];
        Assert.Equal(needed.Distinct().Order(), plan.RunsOf(["tte"]).Select(run => run.Key).Order());
    }

    [Fact]
    public void WhatIsMadeOfAModelHasARunOfItsRecipe()
    {
        TableRow row = PaperTables.All.Single(table => table.Id == "full").Rows.First(row => row.Title == "LIFT+");
        Finish[] finishes = Enum.GetValues<Finish>();
        var table = new PaperTable("after", "After", [.. finishes.Select(finish => row with { Finish = finish })]);
        var plan = new RunPlan([table], [s_worlds[0]], seeds: 1);
        Assert.Equal(finishes, plan.Runs.Select(run => run.Finish));
        Assert.Single(plan.Runs.Select(run => run.Recipe).Distinct());
        Assert.Equal(finishes.Length, plan.Runs.Select(run => run.RecipeKey).Distinct().Count());
        Assert.Equal(plan.Runs[0].Key, new RunPlan([table with { Rows = [row] }], [s_worlds[0]], seeds: 1).Runs.Single().Key);
    }

    [Fact]
    public void ARunHasAnotherKeyOnOtherImagesOnly()
    {
        string[] Keys(string id, int seeds) => [.. new RunPlan(PaperTables.All, [new SmallWorld(id)], seeds).Runs.Select(run => run.Key)];
        Assert.Empty(Keys("one", 2).Intersect(Keys("other", 2)));
        Assert.Empty(Keys("one", 2).Except(Keys("one", 3)));
    }

    [Fact]
    public void AShortRecipeIsTheWholeOneWithoutDefaults()
    {
        Assert.Equal("{}", ShortRecipe.Write(new FineTuningRecipe()));
        foreach (TableRow row in PaperTables.All.SelectMany(table => table.Rows))
        {
            FineTuningRecipe recipe = TinyClipTask.CreateBuilder(row.Contender, seed: 7).Build().Recipe;
            string text = ShortRecipe.Write(recipe);
            Assert.Equal(RecipeJson.Write(recipe), RecipeJson.Write(RecipeJson.Read(text)));
            Assert.DoesNotContain("ClipGradientNorm", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AComponentKeepsOnlyWhatIsSet()
    {
        var recipe = new FineTuningRecipe
        {
            Peft = [new AdaptFormerOptions { Dimension = 3 }, new LoraOptions()],
            Training = new TrainingOptions { Optimizer = new AdamWOptions() },
        };
        Assert.Equal(
            """{"Peft":[{"Type":"adaptformer","Dimension":3},{"Type":"lora"}],"Training":{"Optimizer":{"Type":"adamw"}}}""",
            ShortRecipe.Write(recipe)
        );
    }
}
