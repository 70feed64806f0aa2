namespace LiftPlus.Entrances;

/// <summary>Says that an argument cannot be made without libtorch, so that the entrance is never the first to need it.</summary>
internal sealed class UnreachableException(string message) : Exception(message);
