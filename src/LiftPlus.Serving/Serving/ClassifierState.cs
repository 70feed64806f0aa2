namespace LiftPlus;

/// <summary>Describes the state of a served classifier.</summary>
/// <param name="Health">Whether it answers, and with which model.</param>
/// <param name="Loads">The number of models loaded so far.</param>
/// <param name="LoadedAt">When the current model was loaded; null before the first.</param>
/// <param name="Error">Why the last load failed; null if it succeeded.</param>
public sealed record ClassifierState(ClassifierHealth Health, int Loads, DateTimeOffset? LoadedAt, string? Error);
