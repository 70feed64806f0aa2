using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Lists every training run that the tables need, each once: rank by rank, and within a rank seed by seed. The plan depends only on the
/// tables, worlds and seeds.
/// </summary>
internal sealed class RunPlan
{
    private readonly Dictionary<(string World, string Work, int Seed), PlannedRun> _runs = [];
    private readonly Dictionary<(World World, Contender Contender), (string Text, FineTuningRecipe Recipe)> _recipes = [];

    public RunPlan(IReadOnlyList<PaperTable> tables, IReadOnlyList<World> worlds, int seeds)
    {
        (Tables, Worlds, Seeds) = (tables, worlds, seeds);
        TableRow[] rows = [.. tables.SelectMany(table => table.Rows)];
        foreach (World world in worlds)
        {
            foreach (TableRow row in rows)
                _recipes[(world, row.Contender)] = Recipe(world, row.Contender);
        }

        HashSet<(World, string)> ensembles = Recipes(row => row.Ensemble);
        HashSet<(World, string)> diagnosed = Recipes(row => row.Diagnosed);
        Dictionary<World, string> backbones = worlds.ToDictionary(world => world, Backbone);

        foreach (Rank rank in Enum.GetValues<Rank>())
        {
            for (int seed = 0; seed < seeds; seed++)
            {
                foreach (World world in worlds.Where(world => rank <= world.Ranks))
                {
                    string data = world.Fingerprint(seed);
                    foreach (TableRow row in rows.Where(row => row.Rank == rank))
                    {
                        (World, string) recipe = (world, Work(world, row));
                        Add(row, world, seed, $"{backbones[world]} {data}", ensembles.Contains(recipe), diagnosed.Contains(recipe));
                    }
                }
            }
        }

        HashSet<(World, string)> Recipes(Func<TableRow, bool> choose) =>
            [.. from world in worlds from row in rows where choose(row) select (world, Work(world, row))];
    }

    public IReadOnlyList<PaperTable> Tables { get; }

    public IReadOnlyList<World> Worlds { get; }

    public int Seeds { get; }

    /// <summary>Gets the runs in order.</summary>
    public IReadOnlyList<PlannedRun> Runs { get; private set; } = [];

    /// <summary>Returns the runs that some tables need, in order; all runs if none is named.</summary>
    public IEnumerable<PlannedRun> RunsOf(IReadOnlyCollection<string> tables)
    {
        if (tables.Count == 0)
            return Runs;
        HashSet<string> needed =
        [
            .. from table in Tables
            where tables.Contains(table.Id)
            from row in table.Rows
            from world in Worlds
            from seed in Enumerable.Range(0, Seeds)
            let run = Find(world, row, seed)
            where run is not null
            select run.Key,
        ];
        return Runs.Where(run => needed.Contains(run.Key));
    }

    /// <summary>Finds the run behind a row; returns null if the row is not planned on the world.</summary>
    public PlannedRun? Find(World world, TableRow row, int seed) => _runs.GetValueOrDefault((world.Id, Work(world, row), seed));

    // Returns what a run of a row does: the training, and what follows it.
    private string Work(World world, TableRow row)
    {
        string recipe = _recipes[(world, row.Contender)].Text;
        return row.Finish == Finish.None ? recipe : $"{recipe} {row.Finish}";
    }

    private void Add(TableRow row, World world, int seed, string data, bool ensemble, bool diagnostic)
    {
        (string recipe, FineTuningRecipe whole) = _recipes[(world, row.Contender)];
        string work = Work(world, row);
        if (_runs.ContainsKey((world.Id, work, seed)))
            return;
        using Fingerprint recipeKey = new();
        using Fingerprint key = new();
        recipeKey.Add(world.Id).Add(work);
        key.Add(work).Add(data).Add($"{seed} {ensemble}");
        if (diagnostic)
            key.Add("features");
        var run = new PlannedRun
        {
            Key = key.ToString(),
            Name = row.Title,
            World = world.Id,
            Seed = seed,
            Recipe = recipe,
            RecipeKey = recipeKey.ToString(),
            Finish = row.Finish,
            Ensemble = ensemble,
            Diagnostic = diagnostic,
            Cost = Cost(whole, world) * Finishes.Runs(row.Finish),
        };
        _runs[(world.Id, work, seed)] = run;
        Runs = [.. Runs, run];
    }

    // Rows with the same training have the same text, in every table. Auto means Semantic for a backbone with a text tower.
    private static (string Text, FineTuningRecipe Recipe) Recipe(World world, Contender contender)
    {
        FineTuningRecipe recipe = world.CreateBuilder(contender).Build().Recipe with { Backbone = null };
        if (recipe is { Initialization: ClassifierInitialization.Auto, Classifier: not TextClassifierOptions })
            recipe = recipe with { Initialization = ClassifierInitialization.Semantic };
        return (ShortRecipe.Write(recipe), recipe);
    }

    private static string Backbone(World world)
    {
        using var hash = new Fingerprint();
        return hash.Add(File.ReadAllBytes(Path.Combine(world.BackboneFolder, "model.safetensors"))).ToString();
    }

    private static double Cost(FineTuningRecipe recipe, World world)
    {
        if (recipe.Classifier is TextClassifierOptions)
            return 0.1 * world.TrainingImages;
        double pass =
            recipe.Peft.IsEmpty ? 0.5
            : recipe.Peft.Any(peft => peft is FullFineTuningOptions) ? 1.4
            : 1;
        return pass * recipe.Training.Epochs * world.TrainingImages;
    }
}
