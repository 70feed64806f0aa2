namespace LiftPlus;

/// <summary>
/// The exception for errors that the caller can fix in a file, a setting or a dataset. The message says where the error is, what was found
/// there and what to do next. Exceptions with more specific causes derive from it.
/// </summary>
public class LiftPlusException : Exception
{
    /// <summary>Creates the exception with a message that says where the error is, what was found and what to do.</summary>
    public LiftPlusException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and the exception that caused it.</summary>
    public LiftPlusException(string message, Exception innerException)
        : base(message, innerException) { }
}
