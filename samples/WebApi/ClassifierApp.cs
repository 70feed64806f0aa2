using LiftPlus.Samples.Shapes;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Metrics;
using static TorchSharp.torch;

namespace LiftPlus.Samples.WebApi;

/// <summary>Builds the application.</summary>
public static class ClassifierApp
{
    private const int MultipartOverhead = 64 << 10; // headers and boundaries around the image
    private const string LocalHosts = "localhost;127.0.0.1;[::1]"; // another site must not reach the server under its name

    /// <param name="args">Settings, such as <c>--Classifier:Model=path</c>.</param>
    public static WebApplication Build(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        if (builder.Configuration["AllowedHosts"] is null)
            builder.Configuration["AllowedHosts"] = LocalHosts;
        UploadOptions uploads = builder.Configuration.GetSection("Uploads").Get<UploadOptions>() ?? new UploadOptions();

        builder.Services.AddImageClassifier(builder.Configuration.GetSection("Classifier"));
        builder.Services.PostConfigure<ImageClassifierOptions>(options =>
            options.Model = Path.Combine(builder.Environment.ContentRootPath, options.Model)
        );
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.IncludeFailureMessage = false);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ImageProblems>();
        builder.Services.AddRequestTimeouts(options =>
            options.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = uploads.Timeout,
                TimeoutStatusCode = StatusCodes.Status408RequestTimeout,
            }
        );
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(
                        LiftPlusTelemetry.MeterName,
                        "Microsoft.AspNetCore.Hosting",
                        "Microsoft.AspNetCore.Server.Kestrel",
                        "System.Runtime"
                    )
                    .AddPrometheusExporter()
            );
        builder
            .Services.AddOptions<KestrelServerOptions>()
            .Configure<Microsoft.Extensions.Options.IOptions<ImageClassifierOptions>>(
                (kestrel, classifier) =>
                {
                    kestrel.AddServerHeader = false;
                    kestrel.Limits.MaxRequestBodySize = classifier.Value.Limits.MaxEncodedBytes + MultipartOverhead;
                    kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(uploads.MinimumBytesPerSecond, uploads.GracePeriod);
                }
            );

        // Half of the cores run the model; the others decode images and answer requests.
        set_num_threads(Math.Max(1, Environment.ProcessorCount / 2));

        WebApplication app = builder.Build();
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRequestTimeouts();
        app.MapPost("/classify", ClassifyEndpoint.PostAsync);
        app.MapGet("/health", (IServedImageClassifier classifier) => Health(classifier.State));
        app.MapGet("/model", (IImageClassifier classifier) =>
            new { Classes = classifier.ClassNames, Samples = ServesShapes(classifier) ? ShapesLT.ClassCount : 0 }
        );
        app.MapGet("/samples/{number:int}", (int number, IImageClassifier classifier) =>
            number is >= 0 and < ShapesLT.ClassCount && ServesShapes(classifier)
                ? Results.Bytes(s_shapes.Draw(Split.Test, number, 0, 192).ToPng(), "image/png")
                : Results.NotFound()
        );
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapPage();
        return app;
    }

    // The reason of a failure names files of the server, so it is for the log only.
    private static IResult Health(ClassifierState state)
    {
        bool answers = state.Health is ClassifierHealth.Ready or ClassifierHealth.Stale;
        string? error =
            state.Error is null ? null
            : answers ? "The new model cannot be loaded, and the old one serves. The log has the reason."
            : "The model cannot be loaded. The log has the reason.";
        return Results.Json(
            new
            {
                Health = $"{state.Health}",
                state.Loads,
                state.LoadedAt,
                error,
            },
            statusCode: answers ? 200 : 503
        );
    }

    private static readonly ShapesLT s_shapes = new();

    // Only a model of the shapes can classify the sample images.
    private static bool ServesShapes(IImageClassifier classifier) => classifier.ClassNames.SequenceEqual(s_shapes.Classes.Names);
}
