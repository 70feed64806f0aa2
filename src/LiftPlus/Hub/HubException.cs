using System.Net;

namespace LiftPlus;

/// <summary>
/// The exception that is thrown when a request to the Hugging Face hub fails. The message gives the answer and what to do.
/// </summary>
public sealed class HubException : LiftPlusException
{
    internal HubException(string message, HttpStatusCode? status = null)
        : base(message) => Status = status;

    internal HubException(string message, Exception innerException)
        : base(message, innerException) { }

    internal HubException(string message, HttpStatusCode? status, Exception innerException)
        : base(message, innerException) => Status = status;

    /// <summary>Gets the status of the answer; null if there was none, or if the status is not the error.</summary>
    public HttpStatusCode? Status { get; }
}
