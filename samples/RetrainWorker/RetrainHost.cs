using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>Builds the host of the worker.</summary>
public static class RetrainHost
{
    /// <param name="args">Settings that override appsettings.json, such as <c>--Retrain:Images=path</c>.</param>
    public static IHost Build(string[] args)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder
            .Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "retrain", "appsettings.json"), optional: false)
            .AddEnvironmentVariables()
            .AddCommandLine(args);
        builder.Services.AddLongTailFineTuner(builder.Configuration.GetSection("LiftPlus"), BesideTheProgram);
        builder
            .Services.AddOptions<RetrainOptions>()
            .Bind(builder.Configuration.GetSection("Retrain"), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RetrainOptions>, RetrainOptionsValidator>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<Retrainer>();
        return builder.Build();
    }

    // TinyClip is next to the program, whatever the working directory is.
    private static void BesideTheProgram(LongTailFineTunerOptions options)
    {
        if (options.Recipe.Backbone == "tiny-clip")
            options.Recipe = options.Recipe with { Backbone = Path.Combine(AppContext.BaseDirectory, "tiny-clip") };
    }
}
