namespace LiftPlus.Experiments.PaperClaims;

/// <summary>How long runs take: as long as the same recipe with another seed, else by their cost at the rate of those that have ended.</summary>
internal sealed class RunEstimates
{
    private readonly Dictionary<string, double> _seconds = [];
    private double _cost,
        _time;

    public RunEstimates(RunPlan plan, ResultStore store)
    {
        foreach (PlannedRun run in plan.Runs)
        {
            if (store.Read(run) is RunResult result)
                Add(run, result.Seconds);
        }
    }

    public void Add(PlannedRun run, double seconds)
    {
        _seconds[run.RecipeKey] = seconds;
        _cost += run.Cost;
        _time += seconds;
    }

    /// <summary>Seconds that a run will take; 0 as long as nothing is known.</summary>
    public double Of(PlannedRun run) =>
        _seconds.TryGetValue(run.RecipeKey, out double seconds) ? seconds
        : _cost > 0 ? run.Cost * _time / _cost
        : 0;
}
