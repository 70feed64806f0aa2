namespace LiftPlus.TestSupport;

/// <summary>Counts the faults that were injected, and the states that were checked after them.</summary>
public readonly record struct FaultCount(int Points, int States);
