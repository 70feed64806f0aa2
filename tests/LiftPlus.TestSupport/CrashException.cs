namespace LiftPlus.TestSupport;

/// <summary>Stands for the end of the process.</summary>
public sealed class CrashException : Exception;
