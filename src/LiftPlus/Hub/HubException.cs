using System.Net;

namespace LiftPlus;

/// <summary>Represents a request that the Hugging Face hub did not fulfil. The message says what it answered and what to do.</summary>
public sealed class HubException : LiftPlusException
{
    internal HubException(string message, HttpStatusCode? status = null)
        : base(message) => Status = status;

    internal HubException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>Gets the status code of the answer; null if there was no answer, or if the status is not the problem.</summary>
    public HttpStatusCode? Status { get; }
}
