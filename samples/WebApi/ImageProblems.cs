using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace LiftPlus.Samples.WebApi;

/// <summary>
/// Maps errors to responses: 400 unreadable image, 408 too slow, 413 too many bytes, 503 no room. Other errors, whose messages may name
/// files of the server, go to the log only.
/// </summary>
internal sealed class ImageProblems(IProblemDetailsService problems, ILogger<ImageProblems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException)
            return true; // the client has gone
        (int Status, string Detail)? known = exception switch
        {
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            ImageDecodeException { InnerException: BadHttpRequestException bad } => (bad.StatusCode, bad.Message),
            ImageDecodeException { InnerException: TimeoutException } slow => (StatusCodes.Status408RequestTimeout, slow.Message),
            ImageDecodeException { IsTooLarge: true } large => (StatusCodes.Status413PayloadTooLarge, large.Message),
            ImageDecodeException image => (StatusCodes.Status400BadRequest, image.Message),
            InvalidDataException or IOException => (StatusCodes.Status400BadRequest, "The form is malformed or incomplete."),
            QueueFullException full => (StatusCodes.Status503ServiceUnavailable, full.Message),
            ObjectDisposedException => (StatusCodes.Status503ServiceUnavailable, "The service is stopping."),
            _ => null,
        };
        if (known is not (int status, string detail))
        {
            logger.LogError(exception, "A request failed");
            return false;
        }

        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "1";
        return await problems.TryWriteAsync(
            new ProblemDetailsContext
            {
                HttpContext = context,
                ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
            }
        );
    }
}
