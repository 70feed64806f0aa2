using FolderTrainer;
using LiftPlus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Worker;

/// <summary>Trains on a drawn folder, saves the model to the folder of the classifier, and stops the host.</summary>
internal sealed class TrainOnce(LongTailFineTuner tuner, IConfiguration configuration, IHostApplicationLifetime lifetime)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string folder = Path.Combine(configuration["Images"]!, "train");
        ToyImages.Draw(folder, seed: 1, count: label => 24 >> label);
        using FineTunedModel model = await tuner.FitAsync(ImageDataset.FromFolder(folder), cancellationToken: stoppingToken);
        model.Save(configuration["Classifier:Model"]!);
        lifetime.StopApplication();
    }
}
