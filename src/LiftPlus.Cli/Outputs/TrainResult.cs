using System.Globalization;

namespace LiftPlus.Cli.Outputs;

/// <summary>Represents the result of training, as text and as JSON.</summary>
internal sealed record TrainResult
{
    public TrainResult(string folder, ImageDataset train, FineTunedModel model)
    {
        Model = folder;
        Images = train.Count;
        Classes = train.ClassNames.Count;
        ImbalanceRatio = train.Classes.ImbalanceRatio;
        SkippedImages = model.SkippedImages.Count;
        TrainedParameters = model.TrainedParameterCount;
        Parameters = model.ParameterCount;
        TrainingSeconds = model.TrainingTime?.TotalSeconds;
        Validation = [.. model.ValidationHistory.Select(Figures.From)];
    }

    public string Model { get; }

    public int Images { get; }

    public int Classes { get; }

    public double ImbalanceRatio { get; }

    public int SkippedImages { get; }

    public long TrainedParameters { get; }

    public long Parameters { get; }

    public double? TrainingSeconds { get; }

    public IReadOnlyList<Figures> Validation { get; }

    public Figures? Test { get; init; }

    public string? Report { get; init; }

    /// <summary>Returns the result as a sentence.</summary>
    public override string ToString()
    {
        string skipped = SkippedImages > 0 ? $", {SkippedImages:N0} images left out" : "";
        string time = TrainingSeconds is double seconds ? $" in {TimeSpan.FromSeconds(seconds):h\\:mm\\:ss}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Trained {TrainedParameters:N0} of {Parameters:N0} parameters{time}{skipped}. The model is in {Model}."
        );
    }
}
