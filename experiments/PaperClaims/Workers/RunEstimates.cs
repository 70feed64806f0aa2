namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Estimates the time of a run: that of the same recipe with another seed, or its cost at the rate of the finished runs.</summary>
internal sealed class RunEstimates
{
    private readonly Dictionary<string, double> _seconds = [];
    private double _cost;
    private double _time;

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

    /// <summary>Estimates the seconds that a run will take; 0 before the first run has finished.</summary>
    public double Of(PlannedRun run) =>
        _seconds.TryGetValue(run.RecipeKey, out double seconds) ? seconds
        : _cost > 0 ? run.Cost * _time / _cost
        : 0;
}
