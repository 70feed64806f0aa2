using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>
/// Watches the folder, waits until it stops changing, trains, compares the new model with the one in use, and replaces that. If it is
/// stopped while training, it resumes from a checkpoint at the next start, unless the images have changed.
/// </summary>
internal sealed class Retrainer(
    LongTailFineTuner tuner,
    IOptions<LongTailFineTunerOptions> tunerOptions,
    IOptions<RetrainOptions> options,
    TimeProvider time,
    ILogger<Retrainer> logger
) : BackgroundService
{
    private readonly RetrainOptions _options = options.Value;
    private readonly string _run = tunerOptions.Value.CheckpointFolder
        ?? throw new LiftPlusException(
            "LiftPlus:CheckpointFolder is missing. Set it to a folder: the worker resumes from there after a stop."
        );

    // Files next to the folders: the images of the unfinished run, and those of the last comparison.
    private string RunOf => _run + ".images";

    private string JudgedOf => _options.Model + ".images";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        logger.LogInformation("Watching {Folder}", Path.GetFullPath(_options.Images));
        string? seen = null;
        DateTimeOffset since = time.GetUtcNow();
        using var timer = new PeriodicTimer(_options.PollInterval, time);
        do
        {
            try
            {
                string? now = WatchedFolder.Fingerprint(_options.Images);
                if (now != seen)
                    (seen, since) = (now, time.GetUtcNow());
                if (now is not null && time.GetUtcNow() - since >= _options.SettleTime && now != Read(JudgedOf))
                    await RetrainAsync(now, stoppingToken);
            }
            catch (Exception e) when (e is LiftPlusException or IOException or UnauthorizedAccessException)
            {
                logger.LogError(e, "Retraining failed; the worker will try again");
                since = time.GetUtcNow(); // wait before the next try
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RetrainAsync(string images, CancellationToken stoppingToken)
    {
        if (Read(RunOf) != images && Directory.Exists(_run))
            Directory.Delete(_run, recursive: true); // the checkpoint belongs to other images
        Directory.CreateDirectory(_run);
        File.WriteAllText(RunOf, images);

        ImageDataset all = ImageDataset.FromFolder(_options.Images);
        (ImageDataset train, ImageDataset heldOut) = _options.HeldOut is string folder
            ? (all, ImageDataset.FromFolder(folder))
            : WatchedFolder.Split(all, _options.HeldOutPart);
        using (FineTunedModel model = await tuner.ResumeAsync(train, cancellationToken: stoppingToken))
        {
            double now = MeanAccuracy(model, heldOut);
            double? before = OldAccuracy(heldOut);
            if (before is null || now >= before - _options.Tolerance)
            {
                model.Save(_options.Model);
                logger.LogInformation("A new model is in use: mean class accuracy {Now:F1} %, before {Before:F1} %", now, before);
            }
            else
            {
                logger.LogWarning(
                    "The old model stays: the new one has a mean class accuracy of {Now:F1} %, the old one {Before:F1} %",
                    now,
                    before
                );
            }
        }

        File.WriteAllText(JudgedOf, images);
        Directory.Delete(_run, recursive: true);
        File.Delete(RunOf);
    }

    // Null if the old model is missing or has other classes.
    private double? OldAccuracy(ImageDataset heldOut)
    {
        if (!Directory.Exists(_options.Model))
            return null;
        using FineTunedModel old = FineTunedModel.Load(_options.Model, new ModelLoadOptions { Device = tunerOptions.Value.Device });
        return old.ClassNames.Order().SequenceEqual(heldOut.ClassNames.Order()) ? MeanAccuracy(old, heldOut) : null;
    }

    private static double MeanAccuracy(FineTunedModel model, ImageDataset heldOut) => model.Evaluate(heldOut).Metrics.MeanClass;

    private static string? Read(string file) => File.Exists(file) ? File.ReadAllText(file) : null;
}
