using System.Net;

namespace LiftPlus;

/// <summary>The Hugging Face hub did not give what was asked of it. The message says what it answered and what to do.</summary>
public sealed class HubException : LiftPlusException
{
    internal HubException(string message, HttpStatusCode? status = null)
        : base(message) => Status = status;

    internal HubException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>The answer's status; null where there was no answer, or the status is not what is wrong.</summary>
    public HttpStatusCode? Status { get; }
}
