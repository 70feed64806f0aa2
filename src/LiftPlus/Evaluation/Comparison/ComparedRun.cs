namespace LiftPlus;

/// <summary>Represents one run of one method.</summary>
/// <param name="Method">The name of the method, the same for all its seeds.</param>
/// <param name="Seed">The seed of the run. Runs of two methods with the same seed are compared with each other.</param>
/// <param name="Report">The report of its evaluation.</param>
public sealed record ComparedRun(string Method, int Seed, EvaluationReport Report);
