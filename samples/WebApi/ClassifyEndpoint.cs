using System.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace LiftPlus.Samples.WebApi;

/// <summary>Represents the answer to a classification request.</summary>
/// <param name="Top">The likeliest classes, best first.</param>
/// <param name="Milliseconds">The time from the headers of the request to the answer.</param>
public sealed record Answer(IReadOnlyList<ClassScore> Top, double Milliseconds);

/// <summary>
/// Answers <c>POST /classify</c>: the image is the body, or the first file of a multipart form. It is streamed and never written to disk.
/// </summary>
internal static class ClassifyEndpoint
{
    private const int MaxClasses = 100;
    private const int MaxBoundaryLength = 70; // RFC 2046

    public static async Task<IResult> PostAsync(
        HttpRequest request,
        IImageClassifier classifier,
        CancellationToken cancellationToken,
        int top = 5
    )
    {
        if (top is < 1 or > MaxClasses)
            return Results.Problem($"top is {top}; it must be 1 to {MaxClasses}.", statusCode: StatusCodes.Status400BadRequest);
        long start = Stopwatch.GetTimestamp();
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
            return Unsupported(request.ContentType);
        ImageSource? image;
        if (
            type.MediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
        )
            image = ImageSource.FromStream(request.Body, "the request's body");
        else if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            image = await FirstFileAsync(request, type, cancellationToken);
        else
            return Unsupported(request.ContentType);

        if (image is null)
            return Results.Problem(
                "The form contains no file. Send the image as a file of a multipart form, or as the body.",
                statusCode: StatusCodes.Status400BadRequest
            );
        Prediction prediction = await classifier.PredictAsync(image, new PredictionOptions { Top = top }, cancellationToken);
        return Results.Ok(new Answer(prediction.Top, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
    }

    private static async Task<ImageSource?> FirstFileAsync(
        HttpRequest request,
        MediaTypeHeaderValue type,
        CancellationToken cancellationToken
    )
    {
        string boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? "";
        if (boundary.Length is 0 or > MaxBoundaryLength)
            throw new BadHttpRequestException("The form's boundary is missing or longer than 70 characters.");
        var reader = new MultipartReader(boundary, request.Body);
        while (await reader.ReadNextSectionAsync(cancellationToken) is MultipartSection section)
        {
            if (
                ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
                && disposition.IsFileDisposition()
            )
                return ImageSource.FromStream(section.Body, "the form's file");
        }

        return null;
    }

    private static IResult Unsupported(string? type) =>
        Results.Problem(
            $"The content type is '{type}'. Send the image as image/... or application/octet-stream, or as a file of multipart/form-data.",
            statusCode: StatusCodes.Status415UnsupportedMediaType
        );
}
