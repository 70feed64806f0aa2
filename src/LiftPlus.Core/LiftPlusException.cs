namespace LiftPlus;

/// <summary>
/// Everything that goes wrong for a reason the caller can mend: a file, a setting, a dataset. The message names the place, what was
/// found there and what to do next. More specific causes derive from it.
/// </summary>
public class LiftPlusException : Exception
{
    /// <summary>Creates the exception from a message that says where, what was found and what to do.</summary>
    public LiftPlusException(string message)
        : base(message) { }

    /// <summary>Creates the exception with the failure that caused it.</summary>
    public LiftPlusException(string message, Exception innerException)
        : base(message, innerException) { }
}
