namespace LiftPlus.Reports;

/// <summary>Represents a point of a training run. Accuracies are in percent, and null if they are unknown.</summary>
public sealed record TrainingPoint
{
    /// <summary>Gets the number of steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Gets the epoch, 1-based.</summary>
    public required int Epoch { get; init; }

    /// <summary>Gets whether the accuracies are those of the validation set. Otherwise they are those of recent training images.</summary>
    public bool IsValidation { get; init; }

    /// <summary>Gets the training loss; null for a validation.</summary>
    public double? Loss { get; init; }

    /// <summary>Gets the learning rate; null for a validation.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Gets the accuracy over all images.</summary>
    public double? Overall { get; init; }

    /// <summary>Gets the accuracy on the classes with more than 100 training images.</summary>
    public double? Many { get; init; }

    /// <summary>Gets the accuracy on the classes with 20 to 100 training images.</summary>
    public double? Medium { get; init; }

    /// <summary>Gets the accuracy on the classes with fewer than 20 training images.</summary>
    public double? Few { get; init; }
}
