namespace LiftPlus;

/// <summary>One run of one method.</summary>
/// <param name="Method">The method's name, the same for all its seeds.</param>
/// <param name="Seed">The run's seed. Runs of two methods with the same seed are compared with each other.</param>
/// <param name="Report">What its evaluation found.</param>
public sealed record ComparedRun(string Method, int Seed, EvaluationReport Report);
