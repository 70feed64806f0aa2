// Trains and saves a model in one host and serves it in another. Both are configured by appsettings.json and the command line.
using FolderTrainer;
using LiftPlus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

try
{
    await Train();
    await Serve();
    return 0;
}
catch (OptionsValidationException e)
{
    foreach (string failure in e.Failures)
        Console.WriteLine(failure);
    return 1;
}

async Task Train()
{
    HostApplicationBuilder builder = Builder();
    builder.Services.AddLongTailFineTuner(builder.Configuration.GetSection("Trainer"));
    builder.Services.AddHostedService<Worker.TrainOnce>();
    using IHost host = builder.Build();
    await host.RunAsync();
}

async Task Serve()
{
    HostApplicationBuilder builder = Builder();
    builder.Services.AddImageClassifier(builder.Configuration.GetSection("Classifier"));
    using IHost host = builder.Build();
    await host.StartAsync();
    string folder = Path.Combine(builder.Configuration["Images"]!, "test");
    ToyImages.Draw(folder, seed: 2, count: _ => 6);
    IImageClassifier classifier = host.Services.GetRequiredService<IImageClassifier>();
    string[] images = [.. Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories)];
    Prediction[] predictions = await Task.WhenAll(images.Select(path => classifier.PredictAsync(path))); // all at once
    int right = predictions.Count(prediction => prediction.ClassName == Path.GetFileName(Path.GetDirectoryName(prediction.Path)));
    Console.WriteLine($"{right} of {images.Length} requests answered correctly");
    if (right < 0.75 * images.Length)
        throw new InvalidOperationException(
            $"Only {right} of {images.Length} images were classified correctly; at least 75 % were expected."
        );
    await host.StopAsync();
}

HostApplicationBuilder Builder() =>
    Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
